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
by component each component has the operating time of its own.`,
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
component; replacements that themselves wear out within the horizon are not counted.`,
};

export const SERVICE: Definition = {
  title: 'Service',
  text: `Tickets count once they are released: neither proposed nor cancelled. A ticket is *asked for* when it is opened, or released
where it had been proposed. All times are wall time, not working time.

- **MTTA**, \`acknowledging\`: mean time from asked for to first acknowledged, with median and P90, of tickets opened in the period
  that were acknowledged.
- **Time to resolve**, \`resolving\`: from asked for to last said to be done, of tickets opened in the period that are resolved.
- **First-time fix**: tickets whose first closing, other than clearing by itself, lies in the period. \`fixed\`: neither reopened nor
  followed by a recurrence within \`fixedForDays\` of that closing; \`notFixed\`: one of the two; \`undecided\`: closed too recently to say.
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
promise; SLA kept in the period, as under Service; contracts with kind, reference and end, each with the number of assets it
covers, the first to end first; usage in the period by model, counting rule and unit, adjustments beside it. As CSV the lists are
texts within one cell.`,
};
