"""Addresses of this room."""

from django.urls import path

from lantian.site.sources.views import findings, ledgers, listings, maps, publishing, quality, sources, zones

app_name = "sources"
urlpatterns = [
    path("findings", findings.findings_page, name="findings"),
    path("findings/run", findings.run, name="checks_run"),
    path("findings/<int:pk>", findings.finding_page, name="finding"),
    path("findings/<int:pk>/order", findings.finding_order, name="finding_order"),
    path("findings/<int:pk>/steps/<slug:step>", findings.finding_step, name="finding_step"),
    path("ledgers", ledgers.ledgers_page, name="ledgers"),
    path("ledgers/late", ledgers.late_page, name="late"),
    path("ledgers/signing", ledgers.signing_page, name="signing"),
    path("ledgers/<slug:name>", ledgers.ledger_page, name="ledger"),
    path("ledgers/<slug:name>/towns", ledgers.board_page, name="board"),
    path("ledgers/<slug:name>/new", listings.new_listing, name="listing_new"),
    path("listings/<int:pk>", listings.listing_page, name="listing"),
    path("listings/<int:pk>/edit", listings.edit_listing, name="listing_edit"),
    path("listings/<int:pk>/reveal", listings.reveal, name="listing_reveal"),
    path("listings/<int:pk>/year", listings.year_page, name="year"),
    path("listings/<int:pk>/steps/<slug:step>", listings.step_page, name="listing_step"),
    path("steps/<int:pk>/sign", listings.sign, name="sign"),
    path("steps/<int:pk>/drop", listings.drop, name="drop"),
    path("proofs/<int:pk>", listings.proof_file, name="proof"),
    path("proofs/<int:pk>/small", listings.proof_small, name="proof_small"),
    path("map", maps.map_page, name="map"),
    path("map/points", maps.points, name="map_points"),
    path("publications", publishing.publications_page, name="publications"),
    path("publications/<slug:ledger>/<slug:name>", publishing.publication_page, name="publication"),
    path("publications/<slug:ledger>/<slug:name>/draft", publishing.draft, name="release_draft"),
    path("releases/<int:pk>", publishing.release_page, name="release"),
    path("releases/<int:pk>/docx", publishing.docx, name="release_docx"),
    path("releases/<int:pk>/release", publishing.release_form, name="release_now"),
    path("releases/<int:pk>/steps/<slug:step>", publishing.release_step, name="release_step"),
    path("zones", zones.zones_page, name="zones"),
    path("zones/new", zones.new_zone, name="zone_new"),
    path("zones/<int:pk>", zones.zone_page, name="zone"),
    path("zones/<int:pk>/edit", zones.edit_zone, name="zone_edit"),
    path("quality", quality.quality_page, name="quality"),
    path("quality/listings", quality.lacking_page, name="lacking"),
    path("sources", sources.sources_page, name="sources"),
    path("sources/<int:pk>", sources.source_page, name="source"),
    path("sources/<int:pk>/edit", sources.edit_source, name="source_edit"),
]
