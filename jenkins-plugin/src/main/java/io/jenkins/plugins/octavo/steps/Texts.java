package io.jenkins.plugins.octavo.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists and maps of texts as Groovy gives them, GStrings among them, and as forms have them. */
final class Texts {
    private Texts() {}

    /** A form gives all of them as one text with commas. */
    static List<String> copy(@CheckForNull List<?> given) {
        List<String> copy = new ArrayList<>();
        if (given != null) {
            given.forEach(each -> copy.addAll(list(String.valueOf(each))));
        }
        return copy;
    }

    static Map<String, String> copy(@CheckForNull Map<?, ?> given) {
        Map<String, String> copy = new LinkedHashMap<>();
        if (given != null) {
            given.forEach((name, value) -> copy.put(String.valueOf(name), String.valueOf(value)));
        }
        return copy;
    }

    /** Of lines {@code NAME=VALUE}; others are left out. */
    static Map<String, String> map(String lines) {
        Map<String, String> map = new LinkedHashMap<>();
        lines.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                map.put(
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip());
            }
        });
        return map;
    }

    /** Of a text with commas. */
    static List<String> list(String commas) {
        List<String> list = new ArrayList<>();
        for (String each : commas.split(",")) {
            if (!each.isBlank()) {
                list.add(each.strip());
            }
        }
        return list;
    }
}
