package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.YamlNode.Entry;
import dev.octavo.engine.preflight.YamlNode.Kind;
import dev.octavo.engine.preflight.script.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads YAML with places, and with bounds: aliases may make a small text huge. */
final class YamlReader {
    private static final int MAX_DEPTH = 100;
    private static final long MAX_NODES = 300_000;

    private final SourceFile part;
    private final int base;
    private final int mark;
    private final List<Problem> problems = new ArrayList<>();
    private final IdentityHashMap<Node, YamlNode> made = new IdentityHashMap<>();
    private final IdentityHashMap<Node, Long> sizes = new IdentityHashMap<>();
    private final Set<Node> open = java.util.Collections.newSetFromMap(new IdentityHashMap<>());

    /** Why a text, or a part of it, cannot be used. */
    record Problem(Span span, String message) {}

    /**
     * The documents that could be read, and what is wrong.
     *
     * @param whole whether there is nothing that could not be read
     */
    record Result(List<YamlNode> documents, List<Problem> problems, boolean whole) {}

    private static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMuch(String message) {
            super(message, null, false, false);
        }
    }

    private YamlReader(String text, int base) {
        this.mark = text.startsWith("\uFEFF") ? 1 : 0;
        this.part = new SourceFile("", text.substring(mark), java.nio.charset.StandardCharsets.UTF_8);
        this.base = base;
    }

    /**
     * Reads a text.
     *
     * @param base where the text begins in its file
     */
    static Result read(String text, int base) {
        return new YamlReader(text, base).read();
    }

    private Result read() {
        LoadSettings settings = LoadSettings.builder()
                .setAllowNonScalarKeys(true)
                .setAllowDuplicateKeys(true)
                .setCodePointLimit(4 << 20)
                .build();
        List<YamlNode> documents = new ArrayList<>();
        boolean whole = true;
        try {
            for (Node root : new Compose(settings).composeAllFromString(part.text())) {
                made.clear();
                sizes.clear();
                documents.add(node(root, 0));
            }
        } catch (MarkedYamlEngineException e) {
            whole = false;
            Optional<Mark> where = e.getProblemMark().or(e::getContextMark);
            int at = where.map(this::offset).orElse(base);
            problems.add(new Problem(new Span(at, at + 1), e.getProblem()));
        } catch (YamlEngineException | TooMuch | StackOverflowError e) {
            whole = false;
            String message =
                    e instanceof StackOverflowError ? "it is nested too deeply" : String.valueOf(e.getMessage());
            problems.add(new Problem(
                    new Span(base, base + 1), message.lines().findFirst().orElse("")));
        }
        return new Result(documents, problems, whole);
    }

    private int offset(Mark place) {
        int line = Math.min(place.getLine() + 1, part.lines());
        int start = part.lineStart(line);
        int end = line < part.lines() ? part.lineStart(line + 1) : part.text().length();
        int column = Math.min(place.getColumn(), part.text().codePointCount(start, end));
        return base + mark + part.text().offsetByCodePoints(start, column);
    }

    private Span span(Node node) {
        int start = node.getStartMark().map(this::offset).orElse(base);
        int end = node.getEndMark().map(this::offset).orElse(start);
        return new Span(start, Math.max(start, end));
    }

    private YamlNode node(Node node, int depth) {
        YamlNode known = made.get(node);
        if (known != null) {
            return known;
        }
        if (depth > MAX_DEPTH) {
            throw new TooMuch("it is nested more than " + MAX_DEPTH + " levels deep");
        }
        if (!open.add(node)) {
            throw new TooMuch("an alias refers to what it is part of");
        }
        YamlNode result = build(node, depth);
        open.remove(node);
        made.put(node, result);
        return result;
    }

    private YamlNode build(Node node, int depth) {
        if (node instanceof ScalarNode scalar) {
            sizes.put(node, 1L);
            boolean block =
                    scalar.getScalarStyle() == ScalarStyle.LITERAL || scalar.getScalarStyle() == ScalarStyle.FOLDED;
            return new YamlNode(Kind.SCALAR, scalar.getValue(), block, span(node), List.of(), List.of());
        }
        List<YamlNode> items = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        long size = 1;
        if (node instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                items.add(node(item, depth + 1));
                size = grown(size, item);
            }
        } else if (node instanceof MappingNode map) {
            Set<String> keys = new HashSet<>();
            boolean twice = false; // more of them say nothing new
            for (NodeTuple tuple : map.getValue()) {
                YamlNode key = node(tuple.getKeyNode(), depth + 1);
                if (!twice
                        && key.kind() == Kind.SCALAR
                        && !keys.add(key.value())
                        && !key.value().equals("<<")) {
                    twice = true;
                    problems.add(new Problem(key.span(), "the key \"" + key.value() + "\" is there twice"));
                }
                entries.add(new Entry(key, node(tuple.getValueNode(), depth + 1)));
                size = grown(size, tuple.getValueNode());
            }
        }
        sizes.put(node, size);
        return new YamlNode(node instanceof SequenceNode ? Kind.LIST : Kind.MAP, "", false, span(node), entries, items);
    }

    private long grown(long size, Node part) {
        long grown = size + sizes.getOrDefault(part, 1L);
        if (grown > MAX_NODES) {
            throw new TooMuch("it stands for more than " + MAX_NODES + " values, with its aliases");
        }
        return grown;
    }
}
