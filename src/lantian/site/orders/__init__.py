"""Orders 工单: handed out, accepted, dealt with, answered, checked, closed."""
