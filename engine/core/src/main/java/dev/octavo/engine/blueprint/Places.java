package dev.octavo.engine.blueprint;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Where the parts of a YAML text are: {@code file:line:column} by path, such as {@code /services/orders/port}. */
final class Places {
    private final String file;
    private final Map<String, Integer> lines = new HashMap<>();
    private final Map<String, String> places = new HashMap<>();
    private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private Places(String file) {
        this.file = file;
    }

    /** @param text what has been read within bounds before */
    static Places of(String file, String text) {
        Places places = new Places(file);
        LoadSettings settings =
                LoadSettings.builder().setAllowNonScalarKeys(true).build();
        String marked = text.startsWith("\uFEFF") ? text.substring(1) : text;
        for (Node root : new Compose(settings).composeAllFromString(marked)) {
            places.add("", root, root);
            break;
        }
        return places;
    }

    private void add(String path, Node at, Node value) {
        if (at.getStartMark().isPresent()) {
            Mark mark = at.getStartMark().get();
            lines.put(path, mark.getLine() + 1);
            places.put(path, file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1));
        }
        if (!seen.add(value)) {
            return; // an alias: its parts have the place of the anchor's
        }
        if (value instanceof MappingNode map) {
            for (NodeTuple tuple : map.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key) {
                    add(path + "/" + key.getValue(), key, tuple.getValueNode());
                }
            }
        } else if (value instanceof SequenceNode list) {
            for (int i = 0; i < list.getValue().size(); i++) {
                Node item = list.getValue().get(i);
                add(path + "/" + i, item, item);
            }
        }
    }

    /** The place of a key, or of the nearest part around it that has one. */
    String of(String path) {
        for (String at = path; ; at = at.substring(0, at.lastIndexOf('/'))) {
            String place = places.get(at);
            if (place != null) {
                return place;
            }
            if (at.isEmpty()) {
                return file;
            }
        }
    }

    /** {@code file:line}. */
    String line(String path) {
        Integer line = lines.get(path);
        return line == null ? file : file + ":" + line;
    }
}
