package dev.octavo.engine.api;

/** A result that can be told to a person. */
public interface Described {
    /** Some lines for a terminal or a build's log, without a line end after the last. */
    String text();

    /** The same; with colours where the terminal shows them and they help. */
    default String text(boolean colours) {
        return text();
    }

    /** What was made, in a few words for a table. */
    default String summary() {
        return text().lines().findFirst().orElse("");
    }
}
