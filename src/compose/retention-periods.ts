import type { Config } from "../runtime/config.js";
import type { RetentionPeriods } from "../store/retention.js";

/** How long the settings say that each category is kept. */
export function retentionPeriodsOf(config: Config): RetentionPeriods {
  return {
    bodies: config.keepBodiesDays,
    quietPolls: config.keepQuietPollsDays,
    parked: config.keepParkedDays,
    personalData: config.keepPersonalDataDays,
    timelines: config.keepTimelinesDays,
    orders: config.keepOrdersDays,
    messageTexts: config.keepMessageTextsDays,
    messageLog: config.keepMessageLogDays,
    auditLog: config.keepAuditLogDays,
    codeSightings: config.keepCodeSightingsDays,
  };
}
