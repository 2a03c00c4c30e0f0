"""What each refusal of this room says to a person: what happened, by which article, what to do."""

from django.utils.translation import gettext_lazy as _

from koopset.apps.meetings.services import reminders, telling
from koopset.foundation.notifications import register_topic
from koopset.foundation.notifications.topics import Channel
from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages(
        {
            # terms
            "meetings.agenda_empty": _("The agenda is empty. Add at least one item."),
            "meetings.item_unknown": _(
                "“%(item)s” is outside the competence of this body: a decision on it would be void."
            ),
            "meetings.item_twice": _("“%(item)s” is on the agenda twice."),
            "meetings.dates_out_of_order": _("The first day is later than the last one."),
            "meetings.notice_absent": _(
                "Nobody has been told yet. Notices must go out at least %(days)s days before the "
                "meeting (%(article)s)."
            ),
            "meetings.notice_late": _(
                "Notices must go out at least %(days)s days before the meeting (%(article)s). For "
                "this day the last lawful day of notice was %(last)s; with the notices as sent, the "
                "first lawful day is %(lawful_on)s."
            ),
            "meetings.item_not_noticed": _(
                "“%(item)s” was not in the notice, so it may not be decided (%(article)s). Send a new "
                "notice; the term begins anew."
            ),
            "meetings.materials_absent": _(
                "The papers of “%(item)s” are not open to be read. They must be at least %(days)s "
                "days before the meeting (%(article)s)."
            ),
            "meetings.materials_late": _(
                "The papers of “%(item)s” were opened less than %(days)s days before the meeting, so "
                "it may not be considered (%(article)s). The first lawful day is %(lawful_on)s."
            ),
            "meetings.form_forbidden": _(
                "“%(item)s” may not be decided in this form of meeting (%(article)s)."
            ),
            "meetings.mixed_needs_failed": _(
                "“%(item)s” may go to a mixed meeting only after a meeting in person had no quorum "
                "for it (%(article)s)."
            ),
            "meetings.repeat_other_item": _(
                "“%(item)s” is not among the items that had no quorum: the repeated meeting takes up "
                "exactly those (%(article)s)."
            ),
            "meetings.repeat_before": _(
                "The repeated meeting must be after the one that had no quorum, on %(lawful_on)s or later."
            ),
            "meetings.repeat_late": _(
                "The repeated meeting should have been held within %(days)s days, by %(last)s (%(article)s)."
            ),
            "meetings.absentia_without_charter": _(
                "The charter must say how voting in absentia goes (%(article)s). Name its clause."
            ),
            "meetings.absentia_without_opening": _("Give the day on which voting begins."),
            "meetings.electronic_forbidden": _(
                "“%(item)s” may not be voted on by electronic means (%(article)s)."
            ),
            "meetings.electronic_without_charter": _(
                "Electronic voting needs a clause of the charter (%(article)s). Name it, or use paper "
                "decisions."
            ),
            "meetings.electronic_without_decision": _(
                "Electronic voting needs a decision of the owners that chose the system "
                "(%(article)s). Until then enter paper decisions."
            ),
            "meetings.electronic_not_listed": _(
                "“%(item)s” is not in the list of questions for electronic voting (%(clause)s)."
            ),
            "meetings.system_message": _(
                "The administrator must be told at least %(days)s days before voting begins "
                "(%(article)s). First lawful day: %(lawful_on)s."
            ),
            "meetings.system_posted": _(
                "The message must be posted at least %(days)s days before voting begins "
                "(%(article)s). First lawful day: %(lawful_on)s."
            ),
            "meetings.system_short": _(
                "Voting must last at least %(days)s days, here %(lasts)s (%(article)s)."
            ),
            "meetings.system_long": _("Voting may last at most %(days)s days, here %(lasts)s (%(article)s)."),
            "meetings.initiator_unknown": _(
                "This body's meeting cannot be called by whoever is named (%(article)s)."
            ),
            "meetings.demand_small": _(
                "The demand was made by %(supporters)s of %(members)s members; at least %(needed)s "
                "are needed (%(article)s)."
            ),
            "meetings.demand_not_due": _(
                "The board has until %(due)s to hold the meeting; those who demanded it may hold it "
                "themselves from %(lawful_on)s (%(article)s)."
            ),
            "meetings.demand_overdue": _(
                "The meeting was to be held by %(due)s (%(article)s); those who demanded it may now "
                "hold it themselves."
            ),
            # profiles
            "meetings.no_profile": _("There is no law profile “%(key)s” for %(day)s."),
            "meetings.threshold": _("“%(value)s” is no threshold. Write “more than 1/2” or “at least 2/3”."),
            "meetings.profile_unreadable": _("The text is not TOML: %(detail)s."),
            "meetings.profile_long": _("The text is longer than %(most)s characters."),
            "meetings.profile_missing": _("%(where)s: “%(name)s” is missing or empty."),
            "meetings.profile_unknown": _("%(where)s: a field “%(name)s” is not known."),
            "meetings.profile_type": _("%(where)s: “%(name)s” must be written so: %(wanted)s."),
            "meetings.profile_value": _("%(where)s: “%(name)s” cannot be “%(value)s”. Known: %(known)s."),
            "meetings.profile_range": _(
                "%(where)s: “%(name)s” must be between %(least)s and %(most)s, not %(value)s."
            ),
            "meetings.profile_twice": _("%(where)s: “%(name)s” is there twice."),
            "meetings.profile_incomplete": _("The profile lacks the term “%(name)s”."),
            "meetings.profile_pair": _("The terms “%(name)s” and “%(other)s” stand together or not at all."),
            "meetings.profile_dates": _("The profile ends before it begins."),
            "meetings.profile_empty": _("The profile has no section “%(name)s”."),
            "meetings.profile_base_and_weight": _(
                "%(where)s: the base “%(base)s” does not go with votes by “%(weight)s”."
            ),
            "meetings.profile_board_voters": _(
                "%(where)s: in a board its members vote, and only there (not “%(voters)s”)."
            ),
            "meetings.profile_mixed_form": _(
                "%(where)s: it says when a mixed meeting may take it, but the mixed form is not among "
                "its forms."
            ),
            "meetings.profile_owners_reading": _(
                "%(where)s: owners vote on it too, so the profile needs the term “owners.reading”, "
                "and votes by head."
            ),
            # charter
            "meetings.charter_unknown": _("The profile has no “%(target)s” for a charter to change."),
            "meetings.charter_cannot": _("The law fixes “%(target)s” (%(law)s): a charter cannot change it."),
            "meetings.charter_only_more": _("A charter may only raise “%(target)s” above %(law)s."),
            "meetings.charter_only_less": _("A charter may only lower “%(target)s” below %(law)s."),
            "meetings.charter_no_clause": _("Name the clause of the charter for “%(target)s”."),
            "meetings.charter_twice": _("“%(target)s” is given twice."),
            "meetings.charter_items": _("The law closes this list of questions: a charter adds none."),
            "meetings.charter_item": _(
                "The added question “%(item)s” contradicts itself. Check who votes, the base and the weight."
            ),
            # electors
            "meetings.area_unknown": _(
                "The area of a unit (%(unit)s) is not known. Enter it in the register first."
            ),
            "meetings.unit_twice": _("A unit (%(unit)s) is listed twice."),
            "meetings.unit_unknown": _("An owner has a share in a unit (%(unit)s) that is not in the list."),
            "meetings.share_out_of_range": _("A share in a unit (%(unit)s) must be above 0 and at most 1."),
            "meetings.shares_exceed": _(
                "Shares in a unit (%(unit)s) make more than the whole. Put the register in order first."
            ),
            "meetings.chair_not_in_board": _("The chair must be one of the board."),
            "meetings.no_electorate": _("Nobody who votes on “%(item)s” is in the snapshot of electors."),
            "meetings.board_too_small": _("The board has fewer members than the law asks."),
            "meetings.board_too_large": _("The board has more members than the law allows."),
            "meetings.board_small_body": _(
                "With so few members the law's share gives less than its least number; the least "
                "number is used."
            ),
            # powers of attorney
            "meetings.proxy_forbidden": _("Nobody votes for another here."),
            "meetings.proxy_undated": _("A power of attorney without a date is void."),
            "meetings.proxy_to_oneself": _("The power is given to the principal himself."),
            "meetings.proxy_second_level": _(
                "The power was passed on by somebody who holds one himself: not accepted here."
            ),
            "meetings.proxy_no_elector": _("Whoever gave the power has no vote here."),
            "meetings.proxy_not_yet": _("The power is of a later day than the meeting."),
            "meetings.proxy_expired": _("The term of the power has ended."),
            "meetings.proxy_revoked": _("The power was revoked."),
            "meetings.proxy_principal_present": _("The principal is present and votes himself."),
            "meetings.proxy_absent": _("Whoever holds the power is not present."),
            "meetings.proxy_replaced": _("A later power was given for the same question."),
            "meetings.proxy_too_many": _("One person may not vote for so many."),
            # ballots
            "meetings.ballot_not_elector": _("This person has no vote here."),
            "meetings.ballot_not_on_agenda": _("“%(item)s” is not on the agenda."),
            "meetings.ballot_no_proxy": _("Whoever voted has no power for this question."),
            "meetings.ballot_late": _("Voting is closed. The ballot is kept and not counted."),
            "meetings.ballot_after_start": _(
                "The decision came after the meeting began. It is kept and not counted."
            ),
            "meetings.ballot_two_marks": _("Mark one answer: with two the vote is invalid."),
            "meetings.ballot_empty": _("Choose: for, against or abstain."),
            "meetings.ballot_second": _("This vote has been cast already, and it cannot be changed here."),
            "meetings.ballot_key_twice": _("Two different ballots have one number (%(key)s)."),
            "meetings.rules_changed": _(
                "The rules cannot change after the first ballot (%(ballots)s are in)."
            ),
            "meetings.election_seats": _("An election needs candidates and at least one seat."),
            # a meeting and its agenda
            "meetings.state": _("The meeting is in another state now: %(state)s. Look at its page again."),
            "meetings.agenda_frozen": _(
                "The notice is given, so the agenda stays as it is. Withdraw the notice first: the next one has a term of its own."
            ),
            "meetings.agenda_changed": _(
                "The agenda is not the one that the notice told. Give a new notice."
            ),
            "meetings.no_title": _("Give a title."),
            "meetings.no_wording": _("Write the decision as it will be put to the vote."),
            "meetings.bad_form": _("Choose the form: in person, in person and in absentia, in absentia."),
            "meetings.bad_initiator": _("Choose who calls the meeting."),
            "meetings.bad_demand": _("Say how many of how many members demanded the meeting."),
            "meetings.no_start": _("Give the day and hour of the meeting."),
            "meetings.no_end": _("Give the last moment until which votes are taken in."),
            "meetings.no_place": _("Give the place where people meet."),
            "meetings.past_day": _("This moment is past already. Give a later one."),
            "meetings.no_reason": _("Say why: everybody concerned will read it."),
            "meetings.bad_role": _("Choose: chair, secretary, member of the counting commission."),
            "meetings.item_gone": _("It is no longer there. Look at the page of the meeting again."),
            "meetings.item_type": _("The type of an item stays. Remove it and add another."),
            "meetings.item_has_papers": _(
                "Papers to this item are published, so it stays in the draft. Change its wording."
            ),
            "meetings.too_many_items": _("There may be at most %(most)s."),
            "meetings.bad_seats": _("The number of seats is from 1 to 100; 0 where nobody is elected."),
            "meetings.no_election": _("Candidates stand only for seats. Give the item their number first."),
            "meetings.candidate_known": _("This candidate stands already."),
            "meetings.secret_in_absentia": _(
                "A secret vote is given in the hall only. Choose another form of meeting."
            ),
            "meetings.secret_two_electorates": _(
                "An election in which owners without membership vote too cannot be secret here."
            ),
            "meetings.effect_data": _("The data of the decision may hold whole numbers and words only."),
            "meetings.effect_lacks": _(
                "What the decision does is not clear: “%(name)s” is missing or wrong."
            ),
            "meetings.unknown_file": _("This file was not brought for this. Attach it again."),
            "meetings.mixed_weights": _(
                "“%(item)s” is weighed in another way than the rest of the agenda. Put it to a meeting of its own."
            ),
            "meetings.nobody_votes": _("The register knows nobody who could vote. Enter members first."),
            # law of the body
            "meetings.law_not_of_form": _("A body of this legal form has no meeting “%(key)s”."),
            "meetings.law_reason": _("Say why the text is changed."),
            "meetings.law_replaced": _("This edition is no longer the one in force. Look at the list again."),
            "meetings.law_against_charter": _(
                "The charter of this body says otherwise of “%(target)s” (%(clause)s), and this text does not let it. "
                "Leave the row as the charter needs it, or enter the charter anew first."
            ),
            "meetings.law_same": _("The same text is in force already."),
            "meetings.charter_document": _("Name the charter and its edition."),
            # notice and opening
            "meetings.bad_channel": _("Choose how people were told."),
            "meetings.proof_day": _(
                "The day is not earlier than that of the notice and not later than today."
            ),
            "meetings.not_to_be_told": _(
                "One of them was not to be told of this meeting. Look at the list again."
            ),
            "meetings.no_basis": _(
                "A posting tells everybody only where law, the charter or a decision says so. Name the clause."
            ),
            "meetings.opening_early": _("It is too early: the day is %(on)s."),
            "meetings.opening_late": _("The day of the meeting was %(on)s. Give notice of another day."),
            "meetings.register_moves": _("The register is being changed at this moment. Try again."),
            "meetings.weight_too_fine": _(
                "A share in the register is too fine to be summed. Put the shares of the owner in order."
            ),
            # the hall and votes
            "meetings.no_hall": _("This meeting has no hall: votes are sent in."),
            "meetings.nothing_to_do_here": _(
                "This person has no vote here and no power from anybody who has. Enter the power of attorney first."
            ),
            "meetings.hall_code": _("The code is not the one shown in the hall. Attempts left: %(left)s."),
            "meetings.hall_code_often": _("The code was tried too often. Go to the counting commission."),
            "meetings.not_here": _("Whoever votes has not checked in, or has left."),
            "meetings.item_barred": _("“%(item)s” may not be decided at this meeting: its papers were late."),
            "meetings.item_put": _("“%(item)s” has been put to the vote already."),
            "meetings.item_not_put": _("“%(item)s” has not been put to the vote yet."),
            "meetings.item_is_secret": _(
                "The vote on “%(item)s” is secret. Give it on the page of secret votes."
            ),
            "meetings.item_not_secret": _("The vote on “%(item)s” is open."),
            "meetings.vote_by_candidate": _("“%(item)s” is an election: vote for or against each candidate."),
            "meetings.bad_mark": _("Choose: for, against or abstain."),
            "meetings.too_many_names": _("Mark at most as many candidates as there are seats: %(seats)s."),
            "meetings.unknown_candidate": _("One of those marked does not stand in this election."),
            "meetings.no_papers": _("Written decisions are not taken at a meeting in person."),
            "meetings.received_day": _("The paper was received after the opening and not later than now."),
            "meetings.paper_checked": _("This written decision has been looked at already: %(state)s."),
            "meetings.paper_same_person": _(
                "Another than who entered it must read the paper again and confirm."
            ),
            "meetings.papers_wait": _(
                "Written decisions wait for another to confirm or reject them: %(count)s. Then close the vote."
            ),
            "meetings.no_electronic": _("Votes by electronic means are not taken at this meeting."),
            "meetings.code_asked_often": _(
                "Too many codes were asked for. Try again in %(minutes)s minutes."
            ),
            "meetings.code_used": _("This code has signed already."),
            "meetings.no_address": _(
                "There is nowhere to send a code: no confirmed e-mail, no confirmed phone. Confirm one of them, or vote on paper."
            ),
            # the closing and after
            "meetings.voting_not_over": _("It is too early to close the vote: not before %(until)s."),
            "meetings.no_official": _(
                "Name the chair of the meeting and the secretary: minutes are signed by them."
            ),
            "meetings.no_number": _("Give the number of the minutes."),
            "meetings.not_closed": _("Votes are not counted yet."),
            "meetings.chain_broken": _(
                "Event %(number)s of the meeting is not as it was written. Nothing is added to it; call the operator."
            ),
            "meetings.no_note": _("Say in a few words what was done."),
            "meetings.effect_done": _("It has been carried out already."),
            "meetings.no_taker": _(
                "No room of the platform does this. Carry it out by hand, by the decision."
            ),
            "meetings.repeat_none": _("Every item had its quorum: there is nothing to repeat."),
            "meetings.repeat_form": _("The law offers no repeated meeting in this form for these items."),
            "meetings.repeat_known": _("A repeated meeting is being prepared already."),
            "meetings.repeat_early": _("The first lawful day of the repeated meeting is %(on)s."),
            "meetings.repeat_law": _("A repeated meeting keeps its law and its form."),
            "meetings.repeat_items": _("A repeated meeting takes up exactly the items that had no quorum."),
            # evidence
            "meetings.secret_by_area": _(
                "A vote weighed by area cannot be secret: the weight would tell who voted."
            ),
            "meetings.secret_key": _("The key of a secret ballot is too short."),
            "meetings.permutation": _("The drawn order leaves a ballot out or names one twice."),
            "meetings.signature_no_clause": _(
                "A simple signature needs a clause of the charter or an agreement. Name it."
            ),
            "meetings.signature_weak_secret": _("The secret of the server is too short for signatures."),
            "meetings.code_wrong": _("The code is wrong. Attempts left: %(left)s."),
            "meetings.code_expired": _("The code is out of date. Ask for a new one."),
            "meetings.code_exhausted": _("The code was tried too often. Ask for a new one."),
            "meetings.code_other_text": _(
                "The text changed after the code was sent. Read it again and ask for a new code."
            ),
            "meetings.ballot_code_slip": _(
                "This is not the number of a ballot. There are eleven digits on it: compare them one by one."
            ),
            "meetings.ballot_code_forged": _(
                "There is no ballot with this number. Do not count this paper: show it to the chair of the commission."
            ),
            "meetings.ballot_code_other": _("This ballot is of another meeting: “%(title)s”."),
            "meetings.ballot_code_gone": _(
                "This person was told of the meeting, but had no vote when it opened. The paper does not count."
            ),
            "meetings.chain_line": _("A line of the chain is not an event."),
            "meetings.chain_number": _("An event of the chain is missing or stands in the wrong place."),
            "meetings.chain_previous": _("An event does not follow from the one before it."),
            "meetings.chain_hash": _("An event was changed after it was written."),
            "meetings.chain_head": _("The chain does not end where it should."),
            "meetings.archive_manifest": _("List of files and last hash"),
            "meetings.archive_file": _("File as in the list: %(detail)s"),
            "meetings.archive_chain": _("Chain of events"),
            "meetings.archive_profile": _("Law profile of the opening"),
            "meetings.archive_register": _("Register of electors of the opening"),
            "meetings.archive_attendance": _("List of those who took part"),
            "meetings.archive_ballots": _("Ballots"),
            "meetings.archive_secret": _("Secret ballots"),
            "meetings.archive_result": _("Votes counted anew: %(detail)s"),
        }
    )
    register_topic(
        telling.NOTICE,
        _("notices of meetings"),
        kept={Channel.APP, Channel.MAIL},
        reason=_("the law asks that each elector be told of a meeting"),
    )
    register_topic(telling.CANCELLED, _("meetings that are called off"))
    register_topic(reminders.WORK, _("meetings that wait for their office"))
    register_topic(reminders.TO_VOTE, _("votes that end soon"))
    register_topic(telling.RESULT, _("decisions of meetings"))
