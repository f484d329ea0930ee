"""Addresses of org."""

from django.urls import path

from lantian.site.org.views import access, areas, people, reorganisations, roles, session, suggestions, units

app_name = "org"
urlpatterns = [
    path("login", session.login_page, name="login"),
    path("logout", session.logout_page, name="logout"),
    path("me", session.profile_page, name="profile"),
    path("me/password", session.password_page, name="password"),
    path("units", units.units_page, name="units"),
    path("units/tree", units.unit_tree_page, name="unit_tree"),
    path("units/new", units.new_unit_page, name="unit_new"),
    path("units/<int:pk>", units.unit_page, name="unit"),
    path("units/<int:pk>/edit", units.edit_unit_page, name="unit_edit"),
    path("units/<int:pk>/names", units.unit_names_page, name="unit_names"),
    path("units/names/<int:pk>/remove", units.remove_unit_name, name="unit_name_remove"),
    path("areas", areas.areas_page, name="areas"),
    path("areas/new", areas.new_area_page, name="area_new"),
    path("areas/<int:pk>", areas.area_page, name="area"),
    path("areas/<int:pk>/edit", areas.edit_area_page, name="area_edit"),
    path("people", people.people_page, name="people"),
    path("people/new", people.new_person_page, name="person_new"),
    path("people/<int:pk>", people.person_page, name="person"),
    path("people/<int:pk>/edit", people.edit_person_page, name="person_edit"),
    path("people/<int:pk>/password", people.reset_password_page, name="person_password"),
    path("people/<int:pk>/disable", people.disable_person, name="person_disable"),
    path("people/<int:pk>/enable", people.enable_person, name="person_enable"),
    path("people/<int:pk>/roles", people.grant_role_page, name="person_roles"),
    path("roles/<int:pk>/revoke", people.revoke_role, name="role_revoke"),
    # units in time
    path("units/<int:pk>/members", suggestions.group_page, name="group"),
    path("reorganisations", reorganisations.reorganisations_page, name="reorganisations"),
    path("reorganisations/new", reorganisations.kinds_page, name="reorganise"),
    path("reorganisations/new/<str:kind>", reorganisations.reorganise_page, name="reorganise_kind"),
    path("reorganisations/<int:pk>", reorganisations.reorganisation_page, name="reorganisation"),
    path("reorganisations/<int:pk>/file", reorganisations.reorganisation_file, name="reorganisation_file"),
    path("reorganisations/<int:pk>/withdraw", reorganisations.withdraw, name="reorganisation_withdraw"),
    path("suggestions", suggestions.suggestions_page, name="suggestions"),
    path("suggestions/same", reorganisations.join_writing_page, name="join_writing"),
    path("suggestions/<str:verdict>", suggestions.decide, name="suggestion_decide"),
    path("suggestions/<int:pk>/undo", suggestions.undo, name="suggestion_undo"),
    # log-in and roles
    path("login/code", session.login_code_page, name="login_code"),
    path("me/sessions", access.sessions_page, name="sessions"),
    path("me/sessions/end", access.end_other_sessions, name="sessions_end"),
    path("me/sessions/stay", access.stay, name="session_stay"),
    path("me/sessions/<int:pk>/end", access.end_session, name="session_end"),
    path("me/codes", access.codes_page, name="totp"),
    path("people/<int:pk>/sessions/end", access.end_sessions_of, name="person_sessions_end"),
    path("people/<int:pk>/unlock", access.unlock, name="person_unlock"),
    path("people/<int:pk>/codes/remove", access.remove_codes, name="person_totp_remove"),
    path("policy", roles.policy_page, name="policy"),
    path("roles/proposed", roles.proposals_page, name="proposals"),
    path("roles/proposed/<int:pk>/<slug:step>", roles.proposal_step, name="proposal_step"),
]
