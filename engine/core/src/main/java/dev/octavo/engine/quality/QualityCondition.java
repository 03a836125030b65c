package dev.octavo.engine.quality;

/**
 * One condition of a quality gate.
 *
 * @param metric the metric's key: {@code new_coverage}
 * @param status {@code OK} or {@code ERROR}
 * @param comparator {@code LT} where less than {@code required} is red, {@code GT} where more is
 * @param actual the value of this analysis, {@code ""} where the server has none
 * @param required the limit
 */
public record QualityCondition(String metric, String status, String comparator, String actual, String required) {
    /** Whether the condition is met. */
    public boolean isMet() {
        return !status.equals("ERROR");
    }

    /** {@code new_coverage is 41.2, at least 80 is required}. */
    public String describe() {
        String limit =
                switch (comparator) {
                    case "LT" -> "at least ";
                    case "GT" -> "at most ";
                    default -> "";
                };
        return metric + " is " + (actual.isEmpty() ? "not known" : actual) + ", " + limit + required
                + (comparator.equals("GT") ? " is allowed" : " is required");
    }
}
