"""What is stored: sources, their listings, the steps taken on them with proofs and signatures."""

from lantian.site.sources.models.batches import ProofBatch, ProofFile
from lantian.site.sources.models.editions import LedgerFit
from lantian.site.sources.models.findings import Finding
from lantian.site.sources.models.listings import Listing, ListingRows, ListingValue, YearlyValues
from lantian.site.sources.models.offsets import CutUse
from lantian.site.sources.models.outside import OutsideList, OutsideRow
from lantian.site.sources.models.parts import ControlDevice, EmissionPoint, ProductionLine, SourcePart
from lantian.site.sources.models.releases import Release
from lantian.site.sources.models.reported import ReportedTotal
from lantian.site.sources.models.sources import Source, SourceRows
from lantian.site.sources.models.steps import ProofShown, Signature, StepTaken
from lantian.site.sources.models.stops import PeakShiftEntry, StopProposal
from lantian.site.sources.models.tracks import ApprovedRoute, Trip
from lantian.site.sources.models.zones import Zone

__all__ = [
    "ApprovedRoute",
    "ControlDevice",
    "CutUse",
    "EmissionPoint",
    "Finding",
    "LedgerFit",
    "Listing",
    "ListingRows",
    "ListingValue",
    "OutsideList",
    "OutsideRow",
    "PeakShiftEntry",
    "ProductionLine",
    "ProofBatch",
    "ProofFile",
    "ProofShown",
    "Release",
    "ReportedTotal",
    "Signature",
    "Source",
    "SourcePart",
    "SourceRows",
    "StepTaken",
    "StopProposal",
    "Trip",
    "YearlyValues",
    "Zone",
]
