import { ProblemSchema } from '../problems.ts';
import { AssetSchema } from './asset.ts';
import { AssetDetailSchema, AssetItemSchema, AssetStateSchema } from './assetState.ts';
import { BacktestDetailSchema, BacktestSchema } from './backtest.ts';
import { BacktestReportSchema } from './backtestReport.ts';
import { CampaignDetailSchema, CampaignSchema } from './campaign.ts';
import { CommissioningSchema } from './commissioning.ts';
import { ConnectivitySchema } from './connectivity.ts';
import { DeadLetterSchema } from './deadLetter.ts';
import { DeliverySchema } from './delivery.ts';
import { BindingSchema, EventSchema } from './event.ts';
import { EvidenceSchema } from './evidence.ts';
import { ExplainedRuleSchema } from './explainedRule.ts';
import { FailureDetailSchema, FailureSchema } from './failure.ts';
import { FindingSchema } from './finding.ts';
import { DecodeTrialSchema, DemoSchema, InstallationSchema } from './firstSteps.ts';
import { FleetCountsSchema, FleetRowSchema, FleetSummarySchema } from './fleet.ts';
import { KeySchema, NewKeySchema } from './key.ts';
import { ModelSchema, TrippedRuleSchema } from './model.ts';
import { ModelCheckSchema, ModelTextSchema, ModelVersionDetailSchema, ModelVersionSchema } from './modelVersion.ts';
import { NodeSchema } from './node.ts';
import { NotificationSchema } from './notification.ts';
import { ScoreSchema } from './score.ts';
import { SessionSchema } from './session.ts';
import { ShutdownSchema } from './shutdown.ts';
import { StormMemberSchema } from './stormMember.ts';
import { SuggestionSchema } from './suggestion.ts';
import { TelemetrySchema, UsageSchema } from './telemetry.ts';
import { TicketSchema } from './ticket.ts';
import { TicketDetailSchema, TicketEntrySchema } from './ticketDetail.ts';
import { UnmappedSchema } from './unmapped.ts';
import { VisitSchema } from './visit.ts';

/** Every schema that others refer to by its `$id`. */
export const NAMED_SCHEMAS = [
  ProblemSchema,
  AssetSchema,
  AssetStateSchema,
  AssetItemSchema,
  AssetDetailSchema,
  FleetRowSchema,
  FleetCountsSchema,
  ConnectivitySchema,
  CommissioningSchema,
  UnmappedSchema,
  FleetSummarySchema,
  BindingSchema,
  EventSchema,
  EvidenceSchema,
  FindingSchema,
  FailureSchema,
  FailureDetailSchema,
  ScoreSchema,
  SuggestionSchema,
  TicketSchema,
  TicketEntrySchema,
  TicketDetailSchema,
  StormMemberSchema,
  VisitSchema,
  CampaignSchema,
  CampaignDetailSchema,
  ShutdownSchema,
  ModelSchema,
  TrippedRuleSchema,
  ExplainedRuleSchema,
  ModelTextSchema,
  ModelVersionSchema,
  ModelVersionDetailSchema,
  ModelCheckSchema,
  BacktestReportSchema,
  BacktestSchema,
  BacktestDetailSchema,
  InstallationSchema,
  DemoSchema,
  DecodeTrialSchema,
  DeadLetterSchema,
  DeliverySchema,
  NotificationSchema,
  TelemetrySchema,
  UsageSchema,
  NodeSchema,
  KeySchema,
  NewKeySchema,
  SessionSchema,
];
