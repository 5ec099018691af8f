"""Which password hashes are imported: those that the server lets sign in, and no others."""

import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supabase_gotrue.bulk.password_hashes import password_hash_error, unguessable_hash

SALT = "N9qo8uLOickgx2ZMRZoMye"
BCRYPT = f"{SALT}IjZAgcfl7p92ldGxad68LJZdL17lhWy"
ARGON2 = "c29tZXNhbHRzb21lc2FsdA$GpZ3sK/oH9p7VIiV56G/64Zo/8GaUw434IimaPqxwCo"
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw=="
HASH = "sKseKPKGNHLNFRWA1BbBG08JiuTRaKotTjyPEjz17r0WHs+qpgieQETp+8Y/kVj/dPfk0zPPIJ8WmSNiRPfPiA=="
COST = "v=1,n=14,r=8,p=1"


@pytest.mark.parametrize(
    "password_hash",
    [
        *(
            f"${version}${cost}${BCRYPT}"
            for version in ("2a", "2b", "2y", "2x", "2")
            for cost in ("04", "12")
        ),
        f"$2b$16${BCRYPT}",
        f"$2b$10${BCRYPT}x",
        f"$argon2id$v=19$m=65536,t=3,p=4${ARGON2}",
        f"$argon2i$v=19$m=1048576,t=20,p=16${ARGON2}",
        f"$fbscrypt${COST},ss=Bw==,sk={KEY}$QqH11sjpCzeq${HASH}",
        f"$fbscrypt${COST},sk={KEY}$QqH11sjpCzeq${HASH}",
    ],
)
def test_hash_that_signs_in(password_hash: str) -> None:
    assert password_hash_error(password_hash) is None


@pytest.mark.parametrize(
    ("password_hash", "reason"),
    [
        pytest.param(f"$2b$10${BCRYPT[:-1]}", "not a whole bcrypt hash", id="cut"),
        pytest.param("$2b$10$" + "!" * 53, "not a whole bcrypt hash", id="rubbish"),
        pytest.param(f"$2b$10${BCRYPT[:-1]}z", "not a whole bcrypt hash", id="impossible end"),
        pytest.param(f"$2b$03${BCRYPT}", "bcrypt cost", id="low cost"),
        pytest.param(f"$2b$17${BCRYPT}", "bcrypt cost", id="high cost"),
        pytest.param(f"$2b$10${BCRYPT}" + "x" * 200, "longer than 255", id="long"),
        pytest.param(f"$2b$10${BCRYPT}\x00", "NUL", id="NUL"),
        pytest.param(f"bcrypt$$2b$12${BCRYPT}", "is not bcrypt", id="Django's bcrypt"),
        pytest.param("pbkdf2_sha256$720000$salt$hash", "is not bcrypt", id="pbkdf2"),
        pytest.param("$6$rounds=5000$salt$hash", "is not bcrypt", id="sha512crypt"),
        pytest.param("5f4dcc3b5aa765d61d8327deb882cf99", "is not bcrypt", id="md5"),
        pytest.param("plain", "is not bcrypt", id="plain"),
        pytest.param(f"$argon2d$v=19$m=65536,t=3,p=4${ARGON2}", "argon2", id="argon2d"),
        pytest.param(f"$argon2id$v=16$m=65536,t=3,p=4${ARGON2}", "argon2", id="argon2 v=16"),
        pytest.param(f"$argon2id$v=19$m=65536,t=3,p=4,keyid=a${ARGON2}", "argon2", id="keyid"),
        pytest.param(f"$argon2id$v=19$m=1048577,t=3,p=4${ARGON2}", "parameter m", id="memory"),
        pytest.param(f"$argon2id$v=19$m=65536,t=21,p=4${ARGON2}", "parameter t", id="time"),
        pytest.param(f"$argon2id$v=19$m=65536,t=0,p=4${ARGON2}", "parameter t", id="no time"),
        pytest.param(f"$argon2id$v=19$m=65536,t=3,p=17${ARGON2}", "parameter p", id="threads"),
        pytest.param("$argon2id$v=19$m=65536,t=3,p=4$abcde$abcd", "base64", id="argon2 base64"),
        pytest.param(f"$argon2id$v=19$m=65536,t=3,p=4${ARGON2}=", "argon2", id="argon2 padding"),
        pytest.param(f"$fbscrypt${COST},ss=Bw==$QqH11sjpCzeq${HASH}", "signer", id="no sk"),
        pytest.param(f"$fbscrypt$v=2,n=14,r=8,p=1,sk={KEY}$QqH1${HASH}", "version", id="v=2"),
        pytest.param(f"$fbscrypt$v=1,n=0,r=8,p=1,sk={KEY}$QqH1${HASH}", "of 0", id="n=0"),
        pytest.param(f"$fbscrypt$v=1,n=14,r=8,p=256,sk={KEY}$QqH1${HASH}", "above 255", id="p"),
        pytest.param(f"$fbscrypt$v=1,n=24,r=8,p=1,sk={KEY}$QqH1${HASH}", "1 GiB", id="huge"),
        pytest.param(f"$fbscrypt${COST},sk={KEY}$42xEC-ix${HASH}", "base64", id="base64url"),
        pytest.param(f"$fbscrypt${COST},sk={KEY}$42xEC+ixf3L2lw${HASH}", "base64", id="unpadded"),
        pytest.param(f"$fbscrypt${COST},sk={KEY}$42xE${HASH[:80]}", "as long", id="short hash"),
    ],
)
def test_rejects_hash_that_no_password_matches(password_hash: str, reason: str) -> None:
    assert reason in (password_hash_error(password_hash) or "")


@given(st.binary(max_size=72).filter(lambda password: 0 not in password))
def test_every_bcrypt_hash_is_taken(password: bytes) -> None:
    assert password_hash_error(bcrypt.hashpw(password, bcrypt.gensalt(4)).decode()) is None


def test_unguessable_hashes_are_different_bcrypt_hashes() -> None:
    hashes = {unguessable_hash() for _ in range(100)}
    assert len(hashes) == 100
    assert {password_hash_error(each) for each in hashes} == {None}
    assert not bcrypt.checkpw(b"", hashes.pop().encode())
