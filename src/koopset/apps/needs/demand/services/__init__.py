"""All writing of wishes, publications, proposals and answers."""

from koopset.apps.needs.demand.services.proposals import Renewed as Renewed
from koopset.apps.needs.demand.services.proposals import kind_mute as kind_mute
from koopset.apps.needs.demand.services.proposals import kind_unmute as kind_unmute
from koopset.apps.needs.demand.services.proposals import proposal_join as proposal_join
from koopset.apps.needs.demand.services.proposals import proposal_refuse as proposal_refuse
from koopset.apps.needs.demand.services.proposals import proposal_take_for_room as proposal_take_for_room
from koopset.apps.needs.demand.services.proposals import proposals_renew as proposals_renew
from koopset.apps.needs.demand.services.publication import needs_publish as needs_publish
from koopset.apps.needs.demand.services.thresholds import thresholds_set as thresholds_set
from koopset.apps.needs.demand.services.wishes import wish_end as wish_end
from koopset.apps.needs.demand.services.wishes import wish_make as wish_make
