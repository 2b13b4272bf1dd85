import { type Static, Type } from 'typebox';
import { CAMPAIGN_STATUSES, type Campaign } from '../../domain/campaign.ts';
import { formatIfAny, formatTime } from '../times.ts';
import { body, Id, oneOf, Time, time } from './common.ts';

const Note = Type.Optional(Type.String({ maxLength: 20_000 }));
const Owner = Type.String({ minLength: 1, maxLength: 200, description: 'Who sees to it: a team or a person' });

export const CampaignSchema = Type.Object(
  {
    id: Type.String(),
    number: Type.Integer({ description: 'For people' }),
    modelId: Type.String(),
    batch: Type.Optional(Type.String({ description: 'Absent: the whole model' })),
    componentId: Type.String({ description: '`asset` for the asset as a whole' }),
    failureModeId: Type.String(),
    status: oneOf(CAMPAIGN_STATUSES),
    owner: Type.Optional(Owner),
    note: Note,
    evidence: Type.Optional(
      Type.Object(
        {
          affected: Type.Integer({ description: 'Assets that had it since `since`' }),
          assets: Type.Integer({ description: 'Assets of the batch or model' }),
          expected: Type.Number({ description: 'How many would have had it as the rest of the fleet has' }),
          p: Type.Number({
            description:
              "How likely so many are by chance: one-sided Fisher's exact test, times the number of groups that were tested",
          }),
          since: Time,
        },
        { description: 'When Fettle opened it; absent where a person did' },
      ),
    ),
    since: time('Tickets opened from then on are part of it'),
    openedAt: Time,
    openedBy: Type.String(),
    updatedAt: Time,
    closedAt: Type.Optional(Time),
    version: Type.Integer({ description: 'Counts up with each change; the ETag' }),
  },
  { $id: 'Campaign', description: 'What fails alike in a batch or a model; its tickets name it in `campaignId`' },
);

export const CampaignDetailSchema = Type.Object(
  {
    ...CampaignSchema.properties,
    affected: Type.Array(Type.String(), { description: 'Ids of assets with a ticket that is part of it' }),
    notAffected: Type.Array(Type.String(), {
      description: 'Ids of assets of the same batch, or model, that have none; at most 1,000',
    }),
  },
  { $id: 'CampaignDetail', description: 'A campaign with the assets that are affected, and those that may be next' },
);

export const NewCampaignBody = body(
  {
    modelId: Id,
    batch: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    componentId: Id,
    failureModeId: Id,
    owner: Type.Optional(Owner),
    note: Note,
  },
  {
    examples: [
      {
        modelId: 'screw-compressor',
        batch: '2021-B',
        componentId: 'air-filter',
        failureModeId: 'clogged',
        owner: 'quality',
      },
    ],
  },
);

export const CampaignEditBody = body(
  {
    status: Type.Optional(oneOf(CAMPAIGN_STATUSES, { description: 'A closed one stays closed' })),
    owner: Type.Optional(Type.Union([Owner, Type.Null()], { description: 'Absent: as it is; null: nobody' })),
    note: Note,
  },
  { examples: [{ status: 'closed', note: 'Seals of the batch replaced' }] },
);

export function presentCampaign({ evidence, ...campaign }: Campaign): Static<typeof CampaignSchema> {
  return {
    ...campaign,
    evidence: evidence && { ...evidence, since: formatTime(evidence.since) },
    since: formatTime(campaign.since),
    openedAt: formatTime(campaign.openedAt),
    updatedAt: formatTime(campaign.updatedAt),
    closedAt: formatIfAny(campaign.closedAt),
  };
}
