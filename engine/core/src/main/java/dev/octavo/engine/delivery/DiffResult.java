package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.cluster.Drift;
import java.util.ArrayList;
import java.util.List;

/** What differs from the last releases. */
public record DiffResult(String environment, boolean live, List<Compared> services) implements Described {
    public DiffResult {
        services = List.copyOf(services);
    }

    /**
     * One microservice.
     *
     * @param release the number of its last release
     */
    public record Compared(String service, int release, List<Drift.Drifted> objects) {
        public Compared {
            objects = List.copyOf(objects);
        }
    }

    /** How many objects differ. */
    public int count() {
        return services.stream().mapToInt(each -> each.objects().size()).sum();
    }

    @Override
    public String text() {
        List<String> lines = new ArrayList<>();
        for (Compared compared : services) {
            String title = compared.service() + " in " + environment + ", release " + compared.release();
            if (compared.objects().isEmpty()) {
                lines.add(title + (live ? ": nothing was changed since" : ": it changed nothing"));
                continue;
            }
            lines.add(title + ":");
            for (Drift.Drifted object : compared.objects()) {
                lines.add("  " + object.title()
                        + (object.namespace().isEmpty() ? "" : " in " + object.namespace())
                        + (object.gone() ? (live ? " was deleted" : " was dropped") : ""));
                object.fields().forEach(field -> lines.add("    " + field.text()));
            }
        }
        return String.join("\n", lines);
    }

    @Override
    public String summary() {
        return count() == 0 ? "nothing differs" : count() + " objects differ";
    }
}
