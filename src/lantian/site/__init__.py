"""The platform: a Django project, one app a room. Settings come from the environment (LANTIAN_*)."""
