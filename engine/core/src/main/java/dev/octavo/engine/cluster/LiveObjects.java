package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.Placement.Typed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What is in the cluster now of the objects of a plan: many of a kind are listed, few are read one by one. */
final class LiveObjects {
    private static final int LISTED_FROM = 8;
    private static final int PAGE = 500;
    /** An expired list is begun anew this often; then each object is read. */
    private static final int MAX_LISTS = 3;

    private final ClusterClient client;
    private final Map<String, Answer> answers = new HashMap<>();

    private LiveObjects(ClusterClient client) {
        this.client = client;
    }

    /** @param objects whose kinds and namespaces are there */
    static LiveObjects read(List<Typed> objects, ClusterClient client) {
        LiveObjects live = new LiveObjects(client);
        live.read(objects);
        return live;
    }

    /** The object as it is, or that it is not there, or why it may not be read. */
    Answer of(Typed typed) {
        return answers.getOrDefault(typed.path(), new Answer(404, Map.of(), List.of()));
    }

    private void read(List<Typed> objects) {
        Map<String, Set<String>> wanted = new LinkedHashMap<>();
        for (Typed typed : objects) {
            wanted.computeIfAbsent(typed.type().path(typed.object().namespace()), path -> new TreeSet<>())
                    .add(typed.object().name());
        }
        List<String> lists = wanted.keySet().stream()
                .filter(path -> wanted.getOrDefault(path, Set.of()).size() >= LISTED_FROM)
                .toList();
        List<Map<String, Answer>> listed = client.each(lists, path -> list(path, wanted.getOrDefault(path, Set.of())));
        listed.forEach(answers::putAll);
        List<String> single = new ArrayList<>();
        for (Typed typed : objects) {
            if (!answers.containsKey(typed.path())) {
                single.add(typed.path());
            }
        }
        List<Answer> read = client.each(single, client::get);
        for (int i = 0; i < single.size(); i++) {
            answers.put(single.get(i), read.get(i));
        }
    }

    /** The wanted ones; nothing at all where they may not be listed. */
    private Map<String, Answer> list(String path, Set<String> wanted) {
        for (int attempt = 0; attempt < MAX_LISTS; attempt++) {
            Map<String, Answer> found = new HashMap<>();
            String next = "";
            do {
                Answer page = client.get(
                        path + "?limit=" + PAGE + (next.isEmpty() ? "" : "&continue=" + ResourceType.escape(next)));
                if (!page.ok()) {
                    if (page.code() == 410) {
                        break;
                    }
                    return Map.of();
                }
                add(path, page, wanted, found);
                next = Tree.text(page.body(), "metadata", "continue");
                if (next.isEmpty() || found.size() == wanted.size()) {
                    wanted.forEach(name -> found.putIfAbsent(
                            path + "/" + ResourceType.escape(name), new Answer(404, Map.of(), List.of())));
                    return found;
                }
            } while (!next.isEmpty());
        }
        return Map.of();
    }

    private static void add(String path, Answer page, Set<String> wanted, Map<String, Answer> found) {
        for (Map<String, Object> object : Tree.maps(page.body(), "items")) {
            String name = Tree.text(object, "metadata", "name");
            if (wanted.contains(name)) {
                found.put(path + "/" + ResourceType.escape(name), new Answer(200, object, List.of()));
            }
        }
    }
}
