package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.preflight.Item;
import dev.octavo.engine.preflight.TextReport;
import java.util.List;

/**
 * The mistakes that were found.
 *
 * @param errors how many of severity error are left
 * @param warnings how many of severity warning are left
 * @param fixed how many were corrected
 * @param files how many files were looked into
 * @param findings by file and line
 * @param silenced those that a comment silences, with its reason
 */
public record PreflightResult(int errors, int warnings, int fixed, int files, List<Item> findings, List<Item> silenced)
        implements Described {
    public PreflightResult {
        findings = List.copyOf(findings);
        silenced = List.copyOf(silenced);
    }

    @Override
    public String text() {
        return text(false);
    }

    @Override
    public String text(boolean colours) {
        return new TextReport(colours).render(findings, silenced.size(), files);
    }

    @Override
    public String summary() {
        return text(false).lines().reduce((first, second) -> second).orElse("");
    }
}
