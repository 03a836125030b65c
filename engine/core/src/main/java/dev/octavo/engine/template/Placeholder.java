package dev.octavo.engine.template;

/**
 * A placeholder in a text, and what became of it.
 *
 * @param name the name in it
 * @param text as it is written, such as <code>${NAME}</code>
 * @param line counted from 1
 * @param column of the dollar sign, counted from 1, in characters
 * @param where in what kind of text it is
 * @param variable the name of the variable that it was replaced by, which may differ in case; {@code ""} for none
 * @param source where that variable's value comes from; {@code ""} for none
 */
public record Placeholder(
        String name,
        String text,
        String file,
        int line,
        int column,
        Where where,
        Outcome outcome,
        String variable,
        String source) {
    /** In what kind of text a placeholder is. */
    public enum Where {
        /** In YAML. */
        YAML,
        /** In a comment. */
        COMMENT,
        /** In a block scalar: some program's text, such as an nginx.conf or a script. */
        PROGRAM_TEXT
    }

    /** What became of a placeholder. */
    public enum Outcome {
        /** Replaced by a value. */
        REPLACED,
        /** Replaced by the empty value that it has. */
        EMPTY,
        /** Not defined, and left as it is written. */
        UNDEFINED,
        /** Not defined, and taken away. */
        DROPPED,
        /** Not among the names that may be replaced. */
        EXCLUDED
    }

    /** {@code file:line:column}. */
    public String place() {
        return file + ":" + line + ":" + column;
    }

    /**
     * Whether it is undefined and nothing to worry about: in a comment, or most likely a variable of the program whose
     * text it is in, such as nginx's {@code $uri}.
     */
    public boolean foreign() {
        return outcome == Outcome.UNDEFINED
                && (where == Where.COMMENT
                        || (where == Where.PROGRAM_TEXT && name.chars().anyMatch(Character::isLowerCase)));
    }

    /** Whether it is in the result as it was written. */
    public boolean literal() {
        return outcome == Outcome.UNDEFINED || outcome == Outcome.EXCLUDED;
    }
}
