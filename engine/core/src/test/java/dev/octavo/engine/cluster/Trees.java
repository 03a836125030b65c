package dev.octavo.engine.cluster;

import java.util.Map;

/** Objects for tests, from YAML. */
final class Trees {
    private Trees() {}

    static Map<String, Object> tree(String yaml) {
        return Tree.map(YamlDocuments.read("test.yaml", yaml).get(0).content());
    }
}
