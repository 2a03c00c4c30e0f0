"""Reading of needs, prices and proposals."""

from koopset.apps.needs.demand.selectors.proposals import OwnProposal as OwnProposal
from koopset.apps.needs.demand.selectors.proposals import ProposalInfo as ProposalInfo
from koopset.apps.needs.demand.selectors.proposals import ProposalWant as ProposalWant
from koopset.apps.needs.demand.selectors.proposals import own_proposal as own_proposal
from koopset.apps.needs.demand.selectors.proposals import proposal as proposal
from koopset.apps.needs.demand.selectors.proposals import proposals_for as proposals_for
from koopset.apps.needs.demand.selectors.proposals import wants_of as wants_of
