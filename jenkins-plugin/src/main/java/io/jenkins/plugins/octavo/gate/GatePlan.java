package io.jenkins.plugins.octavo.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What a gate's page shows of a plan. What the engine adds later and this does not know is ignored. */
public final class GatePlan {
    private static final int SHOWN_FIELDS = 40;

    static final GatePlan NONE = new GatePlan("", "", List.of());

    private final String version;
    private final String commit;
    private final List<PlannedService> services;

    private GatePlan(String version, String commit, List<PlannedService> services) {
        this.version = version;
        this.commit = commit;
        this.services = services;
    }

    static GatePlan parse(String json) throws IOException {
        Object plan = PlanJson.read(json);
        Map<?, ?> fields = plan instanceof Map<?, ?> map ? map : Map.of();
        return new GatePlan(
                text(fields, "version"),
                text(fields, "commit"),
                objects(plan, "services").stream().map(PlannedService::of).toList());
    }

    /** What is deployed: a version, or a commit; {@code ""} where the plan does not say. */
    public String getRevision() {
        return version.isEmpty() || commit.isEmpty() ? version + commit : version + " (" + commit + ")";
    }

    public List<PlannedService> getServices() {
        return services;
    }

    public int getCreated() {
        return services.stream().mapToInt(PlannedService::created).sum();
    }

    public int getChanged() {
        return services.stream().mapToInt(PlannedService::changed).sum();
    }

    public int getUnchanged() {
        return services.stream().mapToInt(PlannedService::unchanged).sum();
    }

    public int getRecreated() {
        return services.stream().mapToInt(PlannedService::recreated).sum();
    }

    public int getDeleted() {
        return services.stream().mapToInt(PlannedService::deleted).sum();
    }

    /** Whether all fields that change can be seen at once. */
    public boolean isSmall() {
        return services.stream()
                        .flatMap(service -> service.objects().stream())
                        .mapToInt(object -> object.changes().size())
                        .sum()
                <= SHOWN_FIELDS;
    }

    /** The plan of one microservice. */
    public record PlannedService(
            String service,
            String digest,
            PlannedChecks checks,
            String server,
            String namespace,
            String hash,
            List<PlannedObject> objects,
            List<PlannedImage> images,
            List<PlannedPlaceholder> placeholders,
            List<String> warnings) {
        private static PlannedService of(Map<?, ?> json) {
            Map<?, ?> plan = json.get("plan") instanceof Map<?, ?> map ? map : Map.of();
            return new PlannedService(
                    text(json, "service"),
                    text(json, "digest"),
                    PlannedChecks.of(json),
                    text(plan, "server"),
                    text(plan, "namespace"),
                    text(plan, "hash"),
                    GatePlan.objects(plan, "objects").stream()
                            .map(PlannedObject::of)
                            .toList(),
                    GatePlan.objects(plan, "images").stream()
                            .map(PlannedImage::of)
                            .distinct()
                            .toList(),
                    GatePlan.objects(plan, "placeholders").stream()
                            .map(PlannedPlaceholder::of)
                            .distinct()
                            .toList(),
                    texts(plan, "warnings"));
        }

        /** {@code ""} where nothing is known. */
        public String tests() {
            return checks.testSentence();
        }

        /** {@code ""} where nothing is known. */
        public String quality() {
            return checks.qualitySentence();
        }

        /** Where a person reads the analysis; {@code ""} for nowhere. */
        public String qualityUrl() {
            return checks.qualityUrl();
        }

        public int created() {
            return count("CREATE");
        }

        public int changed() {
            return count("CHANGE");
        }

        public int unchanged() {
            return count("UNCHANGED");
        }

        public int recreated() {
            return count("RECREATE");
        }

        public int deleted() {
            return count("DELETE");
        }

        private int count(String change) {
            return (int) objects.stream()
                    .filter(object -> object.change().equals(change))
                    .count();
        }
    }

    /** What will happen to an object. */
    public record PlannedObject(
            String kind,
            String apiVersion,
            String namespace,
            String name,
            String change,
            String place,
            List<PlannedField> changes,
            List<String> warnings) {
        private static PlannedObject of(Map<?, ?> json) {
            String file = text(json, "file");
            String line = text(json, "line");
            return new PlannedObject(
                    text(json, "kind"),
                    text(json, "apiVersion"),
                    text(json, "namespace"),
                    text(json, "name"),
                    text(json, "change"),
                    file.isEmpty() || line.isEmpty() ? file : file + ":" + line,
                    GatePlan.objects(json, "changes").stream()
                            .map(PlannedField::of)
                            .toList(),
                    texts(json, "warnings"));
        }

        /** A sign that tells the changes apart without colour. */
        public String sign() {
            return switch (change) {
                case "CREATE" -> "+";
                case "CHANGE" -> "~";
                case "RECREATE" -> "\u00b1";
                case "DELETE" -> "-";
                case "UNCHANGED" -> "=";
                default -> "?";
            };
        }

        /** The change in the reader's language. */
        public String word() {
            return switch (change) {
                case "CREATE" -> Messages.GatePlan_create();
                case "CHANGE" -> Messages.GatePlan_change();
                case "RECREATE" -> Messages.GatePlan_recreate();
                case "DELETE" -> Messages.GatePlan_delete();
                case "UNCHANGED" -> Messages.GatePlan_unchanged();
                default -> change;
            };
        }

        /** The end of the CSS class. */
        public String style() {
            return switch (change) {
                case "CREATE" -> "create";
                case "CHANGE" -> "change";
                case "RECREATE" -> "recreate";
                case "DELETE" -> "delete";
                default -> "unchanged";
            };
        }
    }

    /** A field that will be another. */
    public record PlannedField(String path, String before, String after) {
        private static PlannedField of(Map<?, ?> json) {
            return new PlannedField(text(json, "path"), text(json, "before"), text(json, "after"));
        }
    }

    /** An image that a container will run. */
    public record PlannedImage(String object, String container, String image, boolean pinned) {
        private static PlannedImage of(Map<?, ?> json) {
            return new PlannedImage(
                    text(json, "object"),
                    text(json, "container"),
                    text(json, "image"),
                    Boolean.TRUE.equals(json.get("pinned")));
        }
    }

    /** What was replaced in the manifests. */
    public record PlannedPlaceholder(String text, String place, String outcome, String source) {
        private static PlannedPlaceholder of(Map<?, ?> json) {
            return new PlannedPlaceholder(
                    GatePlan.text(json, "text"),
                    GatePlan.text(json, "file") + ":" + GatePlan.text(json, "line"),
                    GatePlan.text(json, "outcome"),
                    GatePlan.text(json, "source"));
        }

        /** The outcome in the reader's language. */
        public String word() {
            return switch (outcome) {
                case "REPLACED" -> Messages.GatePlan_replaced();
                case "EMPTY" -> Messages.GatePlan_empty();
                case "UNDEFINED", "EXCLUDED" -> Messages.GatePlan_left();
                case "DROPPED" -> Messages.GatePlan_dropped();
                default -> outcome;
            };
        }
    }

    static String text(Map<?, ?> json, String key) {
        Object value = json.get(key);
        return value == null ? "" : value.toString();
    }

    private static List<String> texts(Map<?, ?> json, String key) {
        return json.get(key) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static List<? extends Map<?, ?>> objects(@CheckForNull Object json, String key) {
        return json instanceof Map<?, ?> map && map.get(key) instanceof List<?> list
                ? list.stream()
                        .filter(Map.class::isInstance)
                        .map(element -> (Map<?, ?>) element)
                        .toList()
                : List.of();
    }
}
