"""Files of evidence and the entries that their paths name."""

import pytest

from lantian.ledgers.filing import Entry, Filing, Slot, folder_of

SLOTS = (
    Slot("chimney", "烟囱已拆除的照片", True),
    Slot("flue", "烟道已切断的照片", True),
    Slot("deregistered", "特种设备注销证明", False),
)
ENTRIES = [
    Entry(12, "松溪建材厂1号锅炉", "松溪建材有限公司", "松溪镇", SLOTS),
    Entry(13, "柳湾食品厂", "", "柳湾镇", SLOTS),
    Entry(14, "便民浴池", "", "松溪镇", SLOTS),
    Entry(15, "便民浴池", "", "柳湾镇", SLOTS),
    Entry(16, "东村", "", "松溪镇", (Slot("site", "现场照片", True),)),
]


@pytest.mark.parametrize(
    ("path", "number", "proof"),
    [
        ("12 松溪建材厂1号锅炉/烟囱拆除.jpg", 12, "chimney"),
        ("材料/012/烟囱已拆除的照片(2).JPG", 12, "chimney"),
        ("001 柳湾食品厂/烟道切断.png", 13, "flue"),
        ("柳湾食品厂_特种设备注销证明.pdf", 13, "deregistered"),
        ("松溪镇/松溪建材有限责任公司/注销证明/扫描件1.pdf", 12, "deregistered"),
        ("柳湾食品厂/烟囱拆除/IMG_2034.jpg", 13, "chimney"),
        ("14 便民浴池/烟囱.jpg", 14, "chimney"),
        ("东村/IMG_1.jpg", 16, "site"),
    ],
)
def test_a_path_names_its_entry_and_its_proof(path, number, proof):
    filed = Filing(ENTRIES).place(path, picture=not path.endswith("pdf"))
    assert (filed.why, filed.entry.number, filed.slot.name) == ("fits", number, proof)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("某某公司/烟囱拆除.jpg", "no_entry"),
        ("便民浴池/烟囱拆除.jpg", "many_entries"),
        ("柳湾食品厂/IMG_2034.jpg", "no_proof"),
        ("柳湾食品厂/会议纪要.jpg", "no_proof"),
        ("2017年/烟囱拆除.jpg", "no_entry"),
        ("", "no_entry"),
    ],
)
def test_what_is_not_clear_is_not_guessed(path, why):
    assert Filing(ENTRIES).place(path, picture=True).why == why


def test_a_number_of_somebody_elses_list_does_not_count():
    assert Filing(ENTRIES).place("13 便民饭店/烟囱拆除.jpg", picture=True).why == "no_entry"


def test_the_folder_that_is_handed_out_is_known_again():
    for entry in ENTRIES:
        filed = Filing(ENTRIES).place(f"{folder_of(entry)}/{entry.slots[0].label}.jpg", picture=True)
        assert filed.entry == entry
