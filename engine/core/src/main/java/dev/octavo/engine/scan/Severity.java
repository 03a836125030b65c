package dev.octavo.engine.scan;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.Arrays;
import java.util.Locale;

/** How bad a vulnerability is, from the least to the worst. */
public enum Severity {
    UNKNOWN,
    NEGLIGIBLE,
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL;

    private static final double LOW_SCORE = 0.1;
    private static final double MEDIUM_SCORE = 4;
    private static final double HIGH_SCORE = 7;
    private static final double CRITICAL_SCORE = 9;

    /** By the word that a scanner uses; {@link #UNKNOWN} for a word that is none of these. */
    static Severity ofScanner(String word) {
        return Arrays.stream(values())
                .filter(each -> each.name().equalsIgnoreCase(word.strip()))
                .findFirst()
                .orElse(UNKNOWN);
    }

    /** By its score from 0 to 10, as CVSS names the ranges. */
    static Severity ofScore(double score) {
        return score >= CRITICAL_SCORE
                ? CRITICAL
                : score >= HIGH_SCORE ? HIGH : score >= MEDIUM_SCORE ? MEDIUM : score >= LOW_SCORE ? LOW : UNKNOWN;
    }

    /**
     * By the word that a person uses.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_INVALID} for another word
     */
    public static Severity parse(String word) {
        try {
            return valueOf(word.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "\"" + word + "\" is no severity",
                    "severity",
                    "there are " + Arrays.toString(values()).toLowerCase(Locale.ROOT),
                    "correct it",
                    e);
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
