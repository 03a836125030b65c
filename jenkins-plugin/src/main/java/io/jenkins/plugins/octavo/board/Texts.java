package io.jenkins.plugins.octavo.board;

import java.util.HashMap;
import java.util.Map;

/** Makes equal texts one object: names, versions and people come again and again. */
final class Texts {
    private final Map<String, String> all = new HashMap<>();

    String one(String text) {
        return text.isEmpty() ? "" : all.computeIfAbsent(text, same -> same);
    }
}
