"""Judges certificates with PyPI's openbadgeslib, which shares no line with Plenary: reads the cases whose file is named as
the one argument, and prints what it finds of each, by name. Opens no socket: what it would fetch it gets from the case.

It knows signed tokens and status lists. Of a .json file it judges the token in it; PDFs it is not asked about.
"""

import json
import sys
from pathlib import Path

import jwt
from openbadgeslib.ob3.did import pem_for_kid
from openbadgeslib.ob3.status import check_credential_status
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier


def address_of(did):
    """Where a did:web document is published."""
    host, *path = did.removeprefix("did:web:").split(":")
    return f"https://{host}/{'/'.join(path) or '.well-known'}/did.json"


def judge(case):
    documents = {did: Path(file).read_bytes() for did, file in case["documents"].items()}
    text = Path(case["file"]).read_text().strip()
    token = json.loads(text)["jwt"] if case["kind"] == "json" else text
    try:
        kid = jwt.get_unverified_header(token).get("kid")
    except jwt.InvalidTokenError:
        return "altered"
    if not kid:
        return "altered"
    did = kid.split("#")[0]
    published = {address_of(known): document for known, document in documents.items()}

    def fetch(url):
        if url in published:
            return published[url]
        if case["status"] is None:
            raise OSError("there is nothing at " + url)
        return Path(case["status"]).read_bytes()

    try:
        if did not in documents:
            return "unknown_key"
        pem_for_kid(json.loads(documents[did]), did, kid)
    except OB3VerificationError:
        return "unknown_key"
    try:
        verifier = OB3Verifier.for_issuer_did(did, download=fetch)
        credential = verifier.verify(token)
    except OB3VerificationError:
        return "altered"
    if case["status"] is None:
        return "valid"
    try:
        check_credential_status(credential, download=fetch, verify_list=True)
    except OB3VerificationError as error:
        return "revoked" if "'revocation' is set" in str(error) else "altered"
    return "valid"


cases = json.loads(Path(sys.argv[1]).read_text())
print(json.dumps({case["name"]: judge(case) for case in cases if "openbadgeslib" in case["judges"]}))
