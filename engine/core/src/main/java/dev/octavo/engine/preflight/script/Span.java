package dev.octavo.engine.preflight.script;

/**
 * A part of a text.
 *
 * @param start of its first character, from 0
 * @param end after its last character
 */
public record Span(int start, int end) {
    /** Both and what is between them. */
    public Span to(Span other) {
        return new Span(Math.min(start, other.start), Math.max(end, other.end));
    }
}
