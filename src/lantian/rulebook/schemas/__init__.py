"""Shapes of rule files; every module here is loaded with the first rule."""
