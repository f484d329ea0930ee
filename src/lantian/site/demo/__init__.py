"""The demo district: plan documents built from data, and a loader that uses the platform's own actions."""
