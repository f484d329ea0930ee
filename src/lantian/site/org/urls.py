"""Addresses of org."""

from django.urls import path

from lantian.site.org import views

app_name = "org"
urlpatterns = [
    path("login", views.login_page, name="login"),
    path("logout", views.logout_page, name="logout"),
    path("me", views.profile_page, name="profile"),
    path("me/password", views.password_page, name="password"),
    path("units", views.units_page, name="units"),
    path("units/tree", views.unit_tree_page, name="unit_tree"),
    path("units/new", views.new_unit_page, name="unit_new"),
    path("units/<int:pk>", views.unit_page, name="unit"),
    path("units/<int:pk>/edit", views.edit_unit_page, name="unit_edit"),
    path("units/<int:pk>/names", views.unit_names_page, name="unit_names"),
    path("units/names/<int:pk>/remove", views.remove_unit_name, name="unit_name_remove"),
    path("areas", views.areas_page, name="areas"),
    path("areas/new", views.new_area_page, name="area_new"),
    path("areas/<int:pk>", views.area_page, name="area"),
    path("areas/<int:pk>/edit", views.edit_area_page, name="area_edit"),
    path("people", views.people_page, name="people"),
    path("people/new", views.new_person_page, name="person_new"),
    path("people/<int:pk>", views.person_page, name="person"),
    path("people/<int:pk>/edit", views.edit_person_page, name="person_edit"),
    path("people/<int:pk>/password", views.reset_password_page, name="person_password"),
    path("people/<int:pk>/disable", views.disable_person, name="person_disable"),
    path("people/<int:pk>/enable", views.enable_person, name="person_enable"),
    path("people/<int:pk>/roles", views.grant_role_page, name="person_roles"),
    path("roles/<int:pk>/revoke", views.revoke_role, name="role_revoke"),
]
