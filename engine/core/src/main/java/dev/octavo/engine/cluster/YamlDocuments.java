package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.Schema;

/**
 * Reads YAML and JSON as kubectl does, with bounds, and with the line of each document.
 *
 * <p>Plain scalars have YAML 1.1's meanings where kubectl gives them those: {@code yes}, {@code no}, {@code on} and
 * {@code off} are truth values, {@code 0644} is octal, {@code <<} merges. Other than there, {@code y} and {@code n} are
 * texts, and a key is always the text that is written.
 */
public final class YamlDocuments {
    /** The longest text that is read, in characters. */
    public static final int MAX_LENGTH = 3 * 1024 * 1024;

    private static final int MAX_DEPTH = 100;
    private static final int MAX_NODES = 500_000;
    private static final int MAX_ALIASED_NODES = 20_000;

    private final String file;
    private final IdentityHashMap<Node, Boolean> open = new IdentityHashMap<>();
    private final IdentityHashMap<Node, Boolean> seen = new IdentityHashMap<>();
    private int nodes;
    private int aliasedNodes;

    private YamlDocuments(String file) {
        this.file = file;
    }

    /**
     * A document.
     *
     * @param content maps, lists, texts, numbers, truth values; null for an empty document
     * @param line where it begins, from 1
     * @param itemLines where the elements of its {@code items} begin
     */
    public record Document(@Nullable Object content, int line, List<Integer> itemLines) {
        public Document {
            itemLines = List.copyOf(itemLines);
        }
    }

    /**
     * Reads all documents.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_MANIFEST} with the place
     */
    public static List<Document> read(String file, String text) {
        if (text.length() > MAX_LENGTH) {
            throw broken(file, "it has " + text.length() + " characters, more than the " + MAX_LENGTH + " allowed");
        }
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(MAX_LENGTH)
                .setAllowNonScalarKeys(true) // refused below, with the place
                .setMaxAliasesForCollections(MAX_ALIASED_NODES)
                .setSchema(new KubectlSchema())
                .build();
        List<Document> documents = new ArrayList<>();
        try {
            for (Node root : new Compose(settings).composeAllFromString(withoutMark(text))) {
                YamlDocuments reader = new YamlDocuments(file);
                documents.add(new Document(reader.value(root, 0), line(root), itemLines(root)));
            }
        } catch (MarkedYamlEngineException e) {
            String place = e.getProblemMark()
                    .map(mark -> file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                    .orElse(file);
            throw broken(place, e.getProblem());
        } catch (YamlEngineException e) {
            throw broken(
                    file, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        return documents;
    }

    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static EngineException broken(String place, String why) {
        return new EngineException(
                ErrorCode.CONFIG_MANIFEST, "The file is not YAML that can be read", place, why, "correct the file");
    }

    private EngineException broken(Node node, String why) {
        return broken(file + ":" + line(node), why);
    }

    private static int line(Node node) {
        Optional<Mark> mark = node.getStartMark();
        return mark.map(Mark::getLine).orElse(0) + 1;
    }

    private static List<Integer> itemLines(Node root) {
        List<Integer> lines = new ArrayList<>();
        if (root instanceof MappingNode map) {
            for (NodeTuple tuple : map.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals("items")
                        && tuple.getValueNode() instanceof SequenceNode items) {
                    items.getValue().forEach(item -> lines.add(line(item)));
                }
            }
        }
        return lines;
    }

    private @Nullable Object value(Node node, int depth) {
        count(node, depth);
        if (node instanceof ScalarNode scalar) {
            return scalar(scalar);
        }
        if (open.put(node, true) != null) {
            throw broken(node, "an alias refers to what it is part of");
        }
        Object value = node instanceof SequenceNode sequence ? list(sequence, depth) : map((MappingNode) node, depth);
        open.remove(node);
        return value;
    }

    /** Aliases are copied out, so a small text could become a huge tree. */
    private void count(Node node, int depth) {
        if (depth > MAX_DEPTH) {
            throw broken(node, "it is nested more than " + MAX_DEPTH + " levels deep");
        }
        if (++nodes > MAX_NODES) {
            throw broken(node, "the document has more than " + MAX_NODES + " values");
        }
        if (seen.put(node, true) != null && ++aliasedNodes > MAX_ALIASED_NODES) {
            throw broken(node, "its aliases stand for more than " + MAX_ALIASED_NODES + " values");
        }
    }

    private List<Object> list(SequenceNode sequence, int depth) {
        List<Object> list = new ArrayList<>(sequence.getValue().size());
        for (Node item : sequence.getValue()) {
            addTo(list, value(item, depth + 1));
        }
        return list;
    }

    @SuppressWarnings("NullAway") // null is a value in JSON
    private static void addTo(List<Object> list, @Nullable Object value) {
        list.add(value);
    }

    private Map<String, Object> map(MappingNode mapping, int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        Map<String, Object> merged = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw broken(tuple.getKeyNode(), "a key is not a text");
            }
            if (key.isPlain() && key.getValue().equals("<<")) {
                merge(merged, tuple.getValueNode(), depth);
                continue;
            }
            if (map.containsKey(key.getValue())) {
                throw broken(key, "the key \"" + key.getValue() + "\" is there twice");
            }
            putIn(map, key.getValue(), value(tuple.getValueNode(), depth + 1));
        }
        merged.forEach((key, value) -> {
            if (!map.containsKey(key)) {
                map.put(key, value);
            }
        });
        return map;
    }

    @SuppressWarnings("NullAway") // null is a value in JSON
    private static void putIn(Map<String, Object> map, String key, @Nullable Object value) {
        map.put(key, value);
    }

    private void merge(Map<String, Object> into, Node from, int depth) {
        Object value = value(from, depth + 1);
        List<Object> maps = value instanceof Map<?, ?> map ? List.of(map) : Tree.list(value);
        for (Object map : maps) {
            if (!(map instanceof Map<?, ?>)) {
                throw broken(from, "what is merged with << is not a map");
            }
            Tree.map(map).forEach(into::putIfAbsent);
        }
    }

    private @Nullable Object scalar(ScalarNode node) {
        String text = node.getValue();
        Tag tag = node.getTag();
        if (tag.equals(Tag.STR) || tag.equals(Tag.BINARY) || tag.equals(Tag.MERGE)) {
            return text;
        }
        if (tag.equals(Tag.NULL)) {
            return null;
        }
        try {
            if (tag.equals(Tag.BOOL)) {
                return KubectlSchema.truth(text);
            }
            if (tag.equals(Tag.INT)) {
                return KubectlSchema.integer(text);
            }
            if (tag.equals(Tag.FLOAT)) {
                return KubectlSchema.decimal(text);
            }
        } catch (NumberFormatException e) {
            throw broken(node, "\"" + text + "\" is not of the type that its tag says");
        }
        throw broken(node, "the tag " + tag.getValue() + " is not known");
    }

    /** Which plain scalars are more than texts. */
    private static final class KubectlSchema implements Schema, ScalarResolver {
        private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
        private static final Pattern TRUE = Pattern.compile("true|True|TRUE|yes|Yes|YES|on|On|ON");
        private static final Pattern FALSE = Pattern.compile("false|False|FALSE|no|No|NO|off|Off|OFF");
        private static final Pattern INTEGER =
                Pattern.compile("[-+]?(?:0b[01_]*[01]|0|0o?[0-7_]*[0-7]|0x[0-9a-fA-F_]*[0-9a-fA-F]|[1-9][0-9_]*)");
        private static final Pattern DECIMAL =
                Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9][0-9_]*(?:\\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?");

        @Override
        public ScalarResolver getScalarResolver() {
            return this;
        }

        @Override
        public Map<Tag, ConstructNode> getSchemaTagConstructors() {
            return Map.of();
        }

        @Override
        public Tag resolve(String value, Boolean implicit) {
            if (!implicit) {
                return Tag.STR;
            }
            if (NULL.matcher(value).matches()) {
                return Tag.NULL;
            }
            if (TRUE.matcher(value).matches() || FALSE.matcher(value).matches()) {
                return Tag.BOOL;
            }
            if (INTEGER.matcher(value).matches()) {
                return Tag.INT;
            }
            // such
            return DECIMAL.matcher(value).matches() ? Tag.FLOAT : Tag.STR;
        }

        static Boolean truth(String text) {
            if (TRUE.matcher(text).matches()) {
                return true;
            }
            if (FALSE.matcher(text).matches()) {
                return false;
            }
            throw new NumberFormatException(text);
        }

        /** A whole number is written without a fraction, as it is when kubectl makes JSON of it. */
        static Number decimal(String text) {
            double value = Double.parseDouble(text.replace("_", ""));
            if (value == Math.rint(value) && Math.abs(value) < 1e15) {
                return (long) value;
            }
            return value;
        }

        static Number integer(String text) {
            String digits = text.replace("_", "");
            boolean negative = digits.startsWith("-");
            if (negative || digits.startsWith("+")) {
                digits = digits.substring(1);
            }
            int radix = 10;
            if (digits.startsWith("0x")) {
                radix = 16;
                digits = digits.substring(2);
            } else if (digits.startsWith("0b")) {
                radix = 2;
                digits = digits.substring(2);
            } else if (digits.startsWith("0o")) {
                radix = 8;
                digits = digits.substring(2);
            } else if (digits.length() > 1 && digits.startsWith("0")) {
                radix = 8;
                digits = digits.substring(1);
            }
            BigInteger value = new BigInteger(digits, radix);
            if (negative) {
                value = value.negate();
            }
            if (value.bitLength() < Integer.SIZE) {
                return value.intValue();
            }
            return value.bitLength() < Long.SIZE ? value.longValue() : (Number) value;
        }
    }
}
