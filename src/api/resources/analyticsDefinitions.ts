/** What a figure is and what counts. The API says it of its routes, and docs/analytics.md is made of it. */
export interface Definition {
  readonly title: string;
  readonly text: string;
}

/** Holds for all figures. */
export const COMMON: Definition = {
  title: 'What all figures share',
  text: `\`siteId\`, \`modelId\`, \`batch\`, \`componentId\` and \`customerId\` narrow what is looked at, and may be joined; \`from\` (inclusive) and
\`to\` (exclusive) bound the time, without them the 365 days up to now. Model and batch are those of the asset's registration; site
and customer of a ticket are those it was opened for, of anything else those of the registration.

With \`by\`, groups come beside the total; \`key\` is null for what has no such property, as an asset without batch. A ticket, a failure
and a day of usage each count in one group alone: counts, usage and operating time of the groups add up to the total, except that
by component each component has the operating time of its own, and the total that of the assets, as without \`by\`.`,
};

export const RELIABILITY: Definition = {
  title: 'Reliability',
  text: `**MTBF** = operating time ÷ critical failures. Failures are the failure records of the period; *critical*: it could not do its
work; *degraded* and *incipient* failures are counted beside it and are not part of the MTBF. A failure that closing a ticket recorded and that
another system told of too, about the same ticket or within a day about the same component and failure mode, counts once, as the worse
of the two. **Failure rate**,
\`failuresPer1000Hours\` = failures ÷ operating hours × 1000, of critical ones, of functional ones (critical or degraded), of all.

**Operating time** is running time from the usage ledger where a counter of the asset has a unit of time (h, min, s, d): of each UTC day
that of its counter that ran most, adjustments left out. With \`componentId\`, or by component, it is that of the component's own
counter where it has one, else that of its asset; component \`asset\` is the asset as a whole, for what no component failed of. The
total beside the components is that of the assets. An asset that counts no running time has been operating by the calendar since it
was first heard, or commissioned where that was later; one that was never heard since it was commissioned. \`basis\` says which of the
two the figure is made of. \`from\` is taken back to the beginning of its UTC day, \`to\` on to the end of its. Failures from before an asset
was observed, when nobody counted its time, are in \`unobserved\` alone.

**Interval**: two-sided at the confidence asked for (90 % without), for failures that come at a constant rate and a time that ends
with the period: 2T ÷ χ²(1 − α/2; 2r + 2) to 2T ÷ χ²(α/2; 2r) with T operating hours and r critical failures (IEC 60605-4,
MIL-HDBK-781). Without a critical failure there is no MTBF: \`mtbf\` says "> T h", \`moreThanHours\` is T, and \`atLeastHours\` is what the MTBF
is at least with that confidence, one-sided: T ÷ −ln(1 − confidence). These are figures of a fleet; no remaining life of a machine
follows from them.`,
};

export const RULES: Definition = {
  title: 'Rules',
  text: `By model and rule, the scores of the predictions whose ticket was opened in the period, and of the failures of the period that were
missed (see docs/tickets.md for how a prediction is scored): \`hits\`, \`early\`, \`late\`, \`false\`, \`missed\`, \`unverifiable\`. A missed failure counts for
the only rule that watches for it, else in a line without rule.

- \`failures.caught\`: failures of hits, and of late ones whose ticket still came before the failure; \`uncaught\`: missed ones, and those
  of late ones whose ticket came after it. Each failure counts once for a rule, and as caught where one of its tickets came before.
  \`share\` = caught ÷ (caught + uncaught). Early, false and unverifiable predictions are in neither.
- \`warningSeconds\`: P10, P50 and P90 of the time from opening the ticket to the failure, where it is known; negative: too late.
- \`lifeThrownAway\`: of parts that were replaced on a prediction, the share of their expected life that was left: in whole lives and
  in the mean.
- \`wasted\`: false predictions on which work was begun or labour was booked, and the labour.`,
};

export const RATINGS: Definition = {
  title: 'Ratings',
  text: `Ratings (1, the worst, to 5) that customers gave in the period: how many, mean, how many of each, and the mean time to resolve
(from asked for to resolved, as under Service) of the rated tickets. By \`team\`, \`failure-mode\` and the other properties of a ticket, or by
\`time-to-resolve\`: up to 1 day, 3 days, 7 days (each limit is in the lower group), and longer; null where the ticket was reopened and
is not resolved.`,
};

export const USAGE: Definition = {
  title: 'Usage metering',
  text: `\`used\` is the sum of what the counter confirmed by day in the usage ledger, which is kept for ever; it is added up in decimals,
so that it equals the sum of its entries to the last digit. What was taken out as implausible, a step that no machine could have
made, is in \`adjusted\` and never part of \`used\`: do not bill it. \`reading\` is the last reading of the counter in the period.

There is one line for each asset, rule that counts, unit and \`period\`: \`day\`, \`month\`, \`year\` or \`whole\`. Two rules that count by the
same metric, for two components, give two lines: bill one of them. The ledger has UTC days; a day belongs to the period in which
its middle, 12:00 UTC, lies in the zone of the asset's site. That zone is \`zone\` of the request, else that of the calendar by which
promises to the site are kept, else UTC; each line says it. Each day is in one period, so that nothing is billed twice or never.
\`from\` and \`to\` take the days whose middle lies between them.`,
};

export const PARTS_DEMAND: Definition = {
  title: 'Parts demand',
  text: `For each part number and horizon the number of components that need the part between now and then. A component needs it for
certain where a ticket that is still to be done asks for it and is due by then (its deferral's end, else its do-by, else at once).
Else it needs it with the probability F that its end of life comes by then, from the forecast of the component as of its asset's
newest data: straight lines through P10, P50 and P90, and on beyond them, on Weibull paper (ln(−ln(1 − F)) over ln t); a P10 beyond
ten years counts as 0.

\`expected\` is the sum of the probabilities; \`p10\`, \`p50\`, \`p90\` are quantiles of the number, for components that fail independently
(Poisson binomial distribution, exact up to 400 components or 50 expected, by the normal distribution above). \`ticketed\` are those
that tickets ask for. The figures rest on \`components\` that take the part, of them \`withForecast\`; \`unknown\` have neither forecast
nor ticket and count as 0, so that the true demand is higher. \`oldestForecast\` is the age of the data behind it. One piece a
component, and for each piece of what services that are due take (what is begun counts whole), which count as components of their
own; replacements that themselves wear out within the horizon are not counted.`,
};

export const SERVICE: Definition = {
  title: 'Service',
  text: `Tickets count once they are released: neither proposed nor cancelled. A ticket is *asked for* when it is opened, or released
where it had been proposed. All times are wall time, not working time.

- **MTTA**, \`acknowledging\`: mean time from asked for to first acknowledged, with median and P90, of tickets opened in the period
  that were acknowledged.
- **Time to resolve**, \`resolving\`: from asked for to last said to be done, of tickets opened in the period that are resolved.
- **MTTR**, \`restoring\`: mean time to restore after functional failures of the period, failure records with impact critical or
  degraded: their downtime where it was recorded, else from the failure until its ticket was said to be done. \`unrestored\`: neither
  is known yet. Team, priority and kind are those of the failure's ticket.
- **First-time fix**: tickets whose first closing, other than clearing by itself, lies in the period. \`fixed\`: neither reopened nor
  followed by a recurrence, other than a cancelled one, within \`fixedForDays\` of that closing; \`notFixed\`: one of the two; \`undecided\`: closed too recently to say.
  \`share\` = fixed ÷ (fixed + notFixed).
- **SLA kept**, \`response\` and \`solution\`: tickets promised in the period (opened, released, or opened again after closing). \`broken\`: the
  deadline passed first, with working hours and pauses taken into account; \`kept\`: acknowledged, or resolved, before; \`undecided\`: still
  to be done in time. What cleared by itself, and what was promised nothing, counts in neither. \`share\` = kept ÷ (kept + broken).
- **Backlog**: ongoing tickets now, whatever the period: ages since opening (P10, P50, P90, oldest), how many are up to 1, 7, 30, 90
  days old and older, and what each waits for: \`release\` (proposed), \`acknowledgement\` (open), \`scheduling\` (acknowledged), \`visit\`
  (scheduled), \`work\` (in progress), \`customer\`, \`deferral\`, \`outcome\` (done or closed in the desk, without an outcome). Grouped by team
  it says what waits for whom.`,
};

export const ACCOUNTS: Definition = {
  title: 'Account view',
  text: `One line for each customer that an asset names: its assets; ongoing tickets by priority, and those of them that broke a
promise; SLA kept in the period, as under Service; ratings of the period; contracts with kind, reference and end, each with the number of assets it
covers, the first to end first; usage in the period by model, counting rule and unit, adjustments beside it. As CSV the lists are
texts within one cell.`,
};
