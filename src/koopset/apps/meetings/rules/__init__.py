"""Law of meetings as data, and what is computed from it: terms, electors, counting, verdicts, evidence. Whole numbers and fractions only.

law        words of voting law: thresholds, forms, weights, each value with its source
rule_kinds what single terms a profile may name, of which type and size
profile    one legal form's law between two dates; profile_text reads it from a TOML text and names each fault (rule_values: single values)
charter    what a charter changes in it, as far as the profile lets it
terms      days: when notice, papers, minutes are due; clock: is a plan lawful, and if not, by which article and from which day
states     from which state a meeting may go to which
repeat     what is lawful after a meeting without a quorum
electorate who votes with which weight; proxies: who votes for another
ballots    which ballot of a person counts; tally: sums of what counts; verdict, election: what follows
board      size of a board and the chair's casting vote
minutes    what minutes must hold
canonical, chain, merkle, secrecy, signature, records, recount, archive: evidence that can be checked by anybody
"""
