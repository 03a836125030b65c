package dev.octavo.engine.template;

import java.util.List;

/**
 * A text after substitution.
 *
 * @param skeleton after strict substitution the same text with a plain word in the place of every value: YAML of the
 *     same structure, unless a value changed that; {@code ""} in the other dialects
 * @param placeholders all that were found, in order
 * @param problems what strict substitution does not accept; empty in the other dialects
 */
public record Substituted(
        String file, String text, String skeleton, List<Placeholder> placeholders, List<Problem> problems) {
    public Substituted {
        placeholders = List.copyOf(placeholders);
        problems = List.copyOf(problems);
    }

    /** A text without placeholders, or one whose placeholders are left alone. */
    public static Substituted unchanged(String file, String text) {
        return new Substituted(file, text, "", List.of(), List.of());
    }

    /** The placeholders that are still in the text. */
    public List<Placeholder> literal() {
        return placeholders.stream().filter(Placeholder::literal).toList();
    }

    /** Does not show the text, which may hold secrets. */
    @Override
    public String toString() {
        return "Substituted[" + file + ", " + placeholders.size() + " placeholders]";
    }

    /**
     * Something that strict substitution does not accept.
     *
     * @param text the placeholder as it is written
     * @param reason why not, as half a sentence
     * @param nearest the defined name that was likeliest meant; {@code ""} where none is near
     */
    public record Problem(String name, String text, String file, int line, int column, String reason, String nearest) {
        /** {@code file:line:column}. */
        public String place() {
            return file + ":" + line + ":" + column;
        }
    }
}
