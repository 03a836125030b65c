package dev.octavo.engine.release;

/**
 * A release at a forge.
 *
 * @param forge the forge's name
 * @param tag the git tag that it is of
 * @param url where a person reads it
 * @param outcome what was done about it
 */
public record ForgeRelease(String forge, String tag, String url, Outcome outcome) {
    /** What was done about a release. */
    public enum Outcome {
        CREATED("made"),
        /** An earlier run had made it, with other notes. */
        UPDATED("updated"),
        UNCHANGED("already there"),
        /** Somebody has written its notes, or changed them: they were not touched. */
        LEFT("already there, with notes that a person has written; left as they are");

        private final String words;

        Outcome(String words) {
            this.words = words;
        }
    }

    /** One line. */
    public String describe() {
        return forge + " release " + tag + ": " + outcome.words + (url.isEmpty() ? "" : ", " + url);
    }
}
