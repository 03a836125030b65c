package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.Span;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A part of a YAML document with its place.
 *
 * @param value of a scalar; {@code ""} for what has parts
 * @param block whether it is a scalar of several lines, written with {@code |} or {@code >}
 */
record YamlNode(Kind kind, String value, boolean block, Span span, List<Entry> entries, List<YamlNode> items) {
    enum Kind {
        SCALAR,
        MAP,
        LIST
    }

    /** A key with its value. */
    record Entry(YamlNode key, YamlNode value) {}

    YamlNode {
        entries = List.copyOf(entries);
        items = List.copyOf(items);
    }

    /** The value of a key, or null. */
    @Nullable
    YamlNode get(String key) {
        for (Entry entry : entries) {
            if (entry.key().value().equals(key)) {
                return entry.value();
            }
        }
        return null;
    }

    /** The value on a way of keys, or null. */
    @Nullable
    YamlNode at(String... path) {
        YamlNode node = this;
        for (String key : path) {
            node = node == null ? null : node.get(key);
        }
        return node;
    }

    /** The text on a way of keys, {@code ""} where there is none. */
    String text(String... path) {
        YamlNode node = at(path);
        return node == null ? "" : node.value();
    }

    /** The elements of the list on a way of keys. */
    List<YamlNode> list(String... path) {
        YamlNode node = at(path);
        return node == null ? List.of() : node.items();
    }

    /** Hands all maps in it to a visitor, itself first. */
    void eachMap(Consumer<YamlNode> visitor) {
        if (kind == Kind.MAP) {
            visitor.accept(this);
        }
        entries.forEach(entry -> entry.value().eachMap(visitor));
        items.forEach(item -> item.eachMap(visitor));
    }
}
