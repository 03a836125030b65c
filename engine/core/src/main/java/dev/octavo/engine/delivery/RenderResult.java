package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Result of {@code render}.
 *
 * @param services in the order of the run, or of the sources
 */
public record RenderResult(String environment, List<Rendered> services) implements Described {
    /**
     * A microservice's manifests.
     *
     * @param values what stands for their placeholders
     */
    public record Rendered(String service, List<RenderedFile> files, List<Value> values) {
        public Rendered {
            files = List.copyOf(files);
            values = List.copyOf(values);
        }
    }

    /**
     * A file with its values put in.
     *
     * @param text YAML or JSON, as it is written in the file but for the placeholders
     */
    public record RenderedFile(String file, String text) {
        /** Does not show the text. */
        @Override
        public String toString() {
            return "RenderedFile[" + file + "]";
        }
    }

    /**
     * What stands for a placeholder.
     *
     * @param value {@code ****} for what is secret
     * @param source where it comes from, such as a file with its line, {@code environment} or {@code this run}
     */
    public record Value(String name, String value, String source) {}

    public RenderResult {
        services = List.copyOf(services);
    }

    /** YAML of several documents, with the values in comments before each microservice's. */
    @Override
    public String text() {
        return services.stream().map(this::text).collect(Collectors.joining("\n"));
    }

    private String text(Rendered rendered) {
        StringBuilder text = new StringBuilder("# " + rendered.service() + " in " + environment + "\n");
        int width = rendered.values().stream()
                .mapToInt(
                        value -> value.name().length() + oneLine(value.value()).length())
                .max()
                .orElse(0);
        for (Value value : rendered.values()) {
            String given = "$" + value.name() + " = " + oneLine(value.value());
            text.append("#   ")
                    .append(given)
                    .append(" ".repeat(width + " = $".length() - given.length()))
                    .append("  from ")
                    .append(value.source())
                    .append('\n');
        }
        for (RenderedFile file : rendered.files()) {
            String content = file.text().strip();
            text.append("---\n# Source: ").append(file.file()).append('\n');
            text.append(content.startsWith("---\n") ? content.substring("---\n".length()) : content);
            text.append('\n');
        }
        return text.toString().stripTrailing();
    }

    private static String oneLine(String value) {
        return value.replace("\n", "\\n");
    }

    @Override
    public String summary() {
        return services.stream().mapToInt(each -> each.files().size()).sum() + " files of " + services.size()
                + " microservices";
    }
}
