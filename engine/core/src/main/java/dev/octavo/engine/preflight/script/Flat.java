package dev.octavo.engine.preflight.script;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text that may be put together from several, in one piece: what Groovy inserts stands in it as one character each,
 * {@link #INSERTED} plus its number.
 *
 * @param offsets where each character is written
 * @param inserted what stands for a value that is put in
 */
public record Flat(String text, Offsets offsets, List<Code> inserted) {
    /** The first of the characters that stand for inserted values. */
    public static final char INSERTED = '\uE000';

    private static final int MOST = 0x0800;

    public Flat {
        inserted = List.copyOf(inserted);
    }

    /** Of a text, or of several that are added to each other; null where it is neither. */
    public static @Nullable Flat of(@Nullable Code code) {
        Builder builder = new Builder();
        return code != null && builder.add(code) && builder.texts > 0 ? builder.build() : null;
    }

    /** What a character stands for, null where it stands for itself. */
    public @Nullable Code inserted(char c) {
        int index = c - INSERTED;
        return index >= 0 && index < inserted.size() ? inserted.get(index) : null;
    }

    /** Where the character of an index is written. */
    public int offset(int index) {
        return offsets.at(index);
    }

    private static final class Builder {
        private final StringBuilder text = new StringBuilder();
        private final List<Integer> offsets = new ArrayList<>();
        private final List<Code> inserted = new ArrayList<>();
        private int texts;

        boolean add(Code code) {
            if (code instanceof Code.Text literal) {
                texts++;
                for (Code.Piece piece : literal.pieces()) {
                    if (piece instanceof Code.Written written) {
                        text.append(written.value());
                        for (int i = 0; i < written.offsets().size(); i++) {
                            offsets.add(written.offsets().at(i));
                        }
                    } else if (piece instanceof Code.Inserted value) {
                        insert(value.code(), value.span().start());
                    }
                }
                return true;
            }
            if (code instanceof Code.Operation sum && sum.operator().equals("+")) {
                return add(sum.left()) && add(sum.right());
            }
            if (code instanceof Code.Call call
                    && call.receiver() != null
                    && List.of("stripIndent", "stripMargin", "trim", "toString").contains(call.name())
                    && call.arguments().isEmpty()) {
                return add(call.receiver());
            }
            insert(code, code.span().start());
            return true;
        }

        private void insert(Code code, int offset) {
            if (inserted.size() < MOST) {
                text.append((char) (INSERTED + inserted.size()));
                inserted.add(code);
                offsets.add(offset);
            }
        }

        Flat build() {
            return new Flat(text.toString(), Offsets.of(offsets), inserted);
        }
    }
}
