"""The verbs of OctoLand's printer service, and the typed shapes its two ends share.

`verbs.VERBS` is the one table: name, arguments, reply, permission. `docs/verbs.md` is generated from it.
`shapes` has what travels, `errors` what can go wrong, `service_url()` where the service is.
"""

from octoland_api.errors import ServiceError, service_error
from octoland_api.place import service_url
from octoland_api.verbs import VERBS, Verb

__all__ = ["VERBS", "ServiceError", "Verb", "service_error", "service_url"]
