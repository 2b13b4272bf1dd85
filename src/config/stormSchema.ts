import Type from 'typebox';
import { Span, Whole } from './fields.ts';
import { section } from './section.ts';

export const Storms = section(
  'Many assets that fall silent or lose power at once are one ticket. Wear, forecasts and critical findings are never held back.',
  {
    window: Span(
      'How long a silence is held back to see whether others follow, by the wall clock; so close together they are one storm. 0s: each is a ticket at once.',
      '2m',
    ),
    assets: Whole('Assets of a site, gateway, broker or the fleet that are out at once, at least.', 5, 2),
    share: Type.Number({
      description:
        'Their share of those that are neither in maintenance nor shut down as planned, at least: 0.5 is half.',
      minimum: 0.01,
      maximum: 1,
      default: 0.5,
    }),
  },
);

export const Campaigns = section(
  'What fails alike in a batch or a model, more often than in the rest of the fleet, becomes a campaign.',
  {
    window: Span('How far back tickets count.', '90d', 1),
    assets: Whole('Different assets that had it, at least.', 3, 2),
    p: Type.Number({
      description:
        "How likely it is by chance, at most: Fisher's exact test against the rest of the fleet, times the number of groups that are tested.",
      minimum: 0,
      maximum: 1,
      default: 0.001,
    }),
  },
);
