"""The checks of an ID token: signature, audience, issuer, times, and the address it confirms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from service.errors import ServiceError
from service.grants import ProviderAccount
from service.settings import GOOGLE_ISSUER
from sheets_schema.wording import verbatim

# signatures by a key of the provider's alone: "none" proves nothing, and HS256 would take a public key for a secret
ALGORITHMS = ("RS256", "ES256")
LEEWAY = timedelta(seconds=60)  # how far the provider's clock may be from ours
LONGEST_SUBJECT = 255


class TokenFault(StrEnum):
    """Why a token is not believed."""

    BROKEN = "broken"
    UNVERIFIED = "unverified"  # the provider does not vouch for the address
    OTHER_DOMAIN = "other_domain"


class TokenRefusedError(ServiceError):
    """A token that is not believed; the message is for the log and holds nothing of the token's."""

    http_status = 403

    def __init__(self, fault: TokenFault, noted: str, email: str = "") -> None:
        super().__init__(verbatim(noted))
        self.fault = fault
        self.email = email


class UnknownKeyError(TokenRefusedError):
    """A token signed by a key that is not among those known: the provider may have changed them."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token is held against."""

    issuer: str
    client_id: str
    nonce: str
    now: datetime
    domain: str = ""  # the Workspace domain; blank for any

    @property
    def issuers(self) -> list[str]:
        """The names the issuer may give itself: Google has an old one beside its address."""
        return [self.issuer, *(["accounts.google.com"] if self.issuer == GOOGLE_ISSUER else [])]


def read_account(token: str, keys: KeySet, expected: Expected) -> ProviderAccount:
    """Return the account that a token confirms; TokenRefusedError when anything about it is wrong."""
    claims = _verified(token, keys, expected)
    subject, email = claims["sub"], claims.get("email")
    if not (isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT and isinstance(email, str) and email):
        raise TokenRefusedError(TokenFault.BROKEN, "no subject or no address")
    if claims.get("email_verified") is not True:
        raise TokenRefusedError(TokenFault.UNVERIFIED, "address not verified", email)
    if expected.domain and str(claims.get("hd", "")).lower() != expected.domain:
        raise TokenRefusedError(TokenFault.OTHER_DOMAIN, "another domain", email)
    return ProviderAccount(expected.issuer, subject, email)


def _verified(token: str, keys: KeySet, expected: Expected) -> Mapping[str, object]:
    options = {
        "iss": {"essential": True, "values": expected.issuers},
        "aud": {"essential": True, "value": expected.client_id},
        "sub": {"essential": True},
    }
    asked = {"nonce": expected.nonce, "client_id": expected.client_id}
    try:
        signed = jwt.decode(token, keys, algorithms=ALGORITHMS)
        claims = CodeIDToken(signed.claims, signed.header, options, asked)
        claims.validate(int(expected.now.timestamp()), int(LEEWAY.total_seconds()))
    except InvalidKeyIdError as error:
        raise UnknownKeyError(TokenFault.BROKEN, "unknown key") from error
    except ClaimError as error:
        raise TokenRefusedError(TokenFault.BROKEN, f"claim {error.claim}: {error.error}") from error
    except JoseError as error:
        raise TokenRefusedError(TokenFault.BROKEN, error.error) from error
    except (ValueError, TypeError, RecursionError) as error:
        raise TokenRefusedError(TokenFault.BROKEN, f"unreadable: {type(error).__name__}") from error
    return dict(claims)
