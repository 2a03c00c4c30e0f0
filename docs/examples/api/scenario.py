"""An office's month without opening a page: python3 scenario.py ORGANISATION MONTH STATEMENT_FILE

The plot and its owner are made, an account is opened, the month is charged as it was previewed, bills are issued and read, a bank
statement is brought and posted, and what the site could not recognise by itself is printed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from koopset_api import Koopset


def main(organisation: int, month: str, statement: Path) -> None:
    site = Koopset(os.environ["KOOPSET_SITE"], os.environ["KOOPSET_KEY"])
    home = f"/o/{organisation}"
    print("key of:", ", ".join(one["name"] for one in site.get("/me")["organisations"]))

    # A plot, its owner, an account. The names after done_once make a second run harmless.
    owner = site.post(
        f"{home}/persons",
        {"last_name": "Петрова", "first_name": "Анна", "middle_name": "Сергеевна"},
        done_once=f"example owner {month}",
    )["id"]
    unit = site.post(
        f"{home}/units",
        {"number": "512", "area_m2": "600.00", "since": f"{month}-01", "owners": [{"person_id": owner}]},
        done_once=f"example plot {month}",
    )["id"]
    account = site.post(
        f"{home}/personal-accounts",
        {"payer_id": owner, "units": [{"unit_id": unit}], "opened_on": f"{month}-01"},
        done_once=f"example account {month}",
    )["id"]
    card = site.get(f"{home}/personal-accounts/{account}")
    print("payment code:", card["payment_code"])

    # The month: seen first, then charged exactly as it was seen. Another fingerprint would be refused.
    fees = [fee["id"] for fee in site.pieces(f"{home}/fees")]
    preview = site.post(f"{home}/charge-preview", {"month": month, "fee_ids": fees})
    print("to charge, kopecks:", preview["total_kop"])
    run = site.post(
        f"{home}/charge-runs",
        {"month": month, "fee_ids": fees, "fingerprint": preview["fingerprint"]},
        done_once=f"example charge {month}",
    )
    site.wait(run)

    # Bills.
    issue = site.post(f"{home}/document-issues", {"month": month}, done_once=f"example bills {month}")
    site.wait(issue)
    for bill in site.pieces(f"{home}/document-issues/{issue['id']}/documents"):
        print("bill", bill["number"], bill["total_kop"])
        paper = site.get(f"{home}/documents/{bill['id']}/pdf")
        assert paper.startswith(b"%PDF")

    # The bank's file: looked at, then posted.
    brought = site.send_file(f"{home}/statements", statement)
    print("statement:", brought["state"])
    if brought["state"] != "posted":
        site.wait(site.post(f"{home}/statements/{brought['id']}/post"))

    # What a person must look at.
    for line in site.pieces(f"{home}/bank-lines", kind="in"):
        print("waits:", line["amount_kop"], line["party_name"], "|", line["purpose"])
    print("balance of the new account:", site.get(f"{home}/personal-accounts/{account}")["balance_kop"])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
