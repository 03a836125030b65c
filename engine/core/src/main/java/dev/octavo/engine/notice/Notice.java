package dev.octavo.engine.notice;

import java.util.List;
import java.util.Map;

/**
 * What people are told.
 *
 * @param title one line
 * @param lines some more
 * @param link where to go on; {@code ""} for nowhere
 * @param linkText what the link is called
 * @param facts the same for programs
 */
public record Notice(String title, List<String> lines, String link, String linkText, Map<String, Object> facts) {
    public Notice {
        lines = List.copyOf(lines);
        facts = Map.copyOf(facts);
    }
}
