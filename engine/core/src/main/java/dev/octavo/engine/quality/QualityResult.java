package dev.octavo.engine.quality;

import java.util.List;

/**
 * What an analysis and its quality gate came to.
 *
 * @param reason why it was skipped, {@code ""} otherwise
 * @param conditions those of the gate, met or not
 * @param dashboardUrl where a person reads it, {@code ""} where it was skipped
 * @param projectKey the project's key at the server
 * @param analysisId the analysis at the server, {@code ""} where it was skipped
 * @param serverVersion the server's version, {@code ""} where it was skipped
 */
public record QualityResult(
        Status status,
        String reason,
        List<QualityCondition> conditions,
        String dashboardUrl,
        String projectKey,
        String analysisId,
        String serverVersion) {
    /** Where the gate stands. */
    public enum Status {
        /** All conditions are met, of which there may be none. */
        OK,
        /** A condition is not met. */
        ERROR,
        /** The server has no gate for the project: nothing was decided. */
        NONE,
        /** No server is configured: nothing was analysed. */
        SKIPPED
    }

    public QualityResult {
        conditions = List.copyOf(conditions);
    }

    /** One without an analysis. */
    public static QualityResult skipped(String reason, String projectKey) {
        return new QualityResult(Status.SKIPPED, reason, List.of(), "", projectKey, "", "");
    }

    /** One line that says no more than what is known. */
    public String describe() {
        long red = conditions.stream().filter(condition -> !condition.isMet()).count();
        return switch (status) {
            case OK ->
                conditions.isEmpty()
                        ? "the quality gate is green, but had no condition to check (as for a project's first analysis)"
                        : "the quality gate is green: " + conditions.size()
                                + (conditions.size() == 1 ? " condition is met" : " conditions are met");
            case ERROR ->
                "the quality gate is red: " + red + " of " + conditions.size()
                        + (conditions.size() == 1 ? " condition is not met" : " conditions are not met");
            case NONE -> "analysed, but the server has no quality gate for the project: nothing was decided";
            case SKIPPED -> "skipped: " + reason;
        };
    }
}
