"""Check an exported journal with nothing but Python: python3 audit_journal.py FILE [SEQ HASH]

Recomputes the hash of every entry as docs/audit.md describes and prints the head. With a number
and a hash (from a seal or a printed list) it also checks that this entry is in the chain.
"""

import hashlib
import json
import sys


def main(name, seq=None, digest=None):
    with open(name, "rb") as file:
        first = json.loads(file.readline())
        ledger = first["ledger"]
        prev = hashlib.sha256(b"qplan/genesis/v1\0" + ledger.encode()).hexdigest()
        hashes = [prev]
        for number, line in enumerate(file, 1):
            event = json.loads(line)
            fields = [ledger, str(number)]
            for key in ("recorded_at", "effective_on", "actor", "kind", "subject", "body"):
                fields.append(event[key])
            text = b"qplan/event/v1\0" + bytes.fromhex(prev)
            for field in fields:
                data = field.encode()
                text += str(len(data)).encode() + b":" + data + b","
            prev = hashlib.sha256(text).hexdigest()
            if (event["seq"], event["hash"]) != (number, prev):
                sys.exit(f"no. {number} does not agree: it was changed, left out or put in")
            hashes.append(prev)
    if (len(hashes) - 1, prev) != (first["seq"], first["hash"]):
        sys.exit(f"the journal ends at no. {len(hashes) - 1}; {first['seq']} were exported")
    if seq and hashes[int(seq) : int(seq) + 1] != [digest]:
        sys.exit(f"no. {seq} is not the entry with the hash {digest}")
    print(f"{len(hashes) - 1} entries agree\nledger {ledger}\nseq {len(hashes) - 1}\nhash {prev}")


if __name__ == "__main__":
    main(*sys.argv[1:])
