package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.image.BuiltImage;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.supply.Provenance;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where images of this run come from. */
final class Origins {
    /** Who has built what no Jenkins has. */
    private static final String LOCAL = "https://octavo.dev/local";

    private Origins() {}

    /** The commit that a microservice's image is of: the run's, or an earlier one where nothing has changed since. */
    static String commit(Microservice service, RunRecord record) {
        return record.get(service.name(), ImageOperation.PART, BuiltImage.class)
                .filter(BuiltImage::present)
                .map(BuiltImage::revision)
                .orElseGet(() -> SourceOperation.of(record).commit());
    }

    static Provenance provenance(Microservice service, BuiltImage image, RunRecord record, EngineContext context) {
        SourceResult source = SourceOperation.of(record);
        Map<String, String> environment = context.environment();
        Map<?, ?> run = record.get("run", Map.class).orElse(Map.of());
        Map<String, String> parameters = new TreeMap<>();
        parameters.put("service", service.name());
        parameters.put("directory", service.directory());
        parameters.put("version", source.version());
        parameters.put("project", environment.getOrDefault("PROJECT_NAME", ""));
        parameters.put("job", text(run.get("job")));
        parameters.values().removeIf(String::isEmpty);
        String jenkins = withoutUser(environment.getOrDefault("JENKINS_URL", ""));
        return new Provenance(
                source.repository(),
                commit(service, record),
                source.branch(),
                parameters,
                image.baseReference(),
                image.baseDigest(),
                jenkins.isEmpty() ? LOCAL : jenkins,
                Objects.requireNonNullElse(Origins.class.getPackage().getImplementationVersion(), "development"),
                withoutUser(text(run.get("url"))),
                instant(text(run.get("startedAt"))));
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private static @Nullable Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return null; // the record is of an earlier Octavo
        }
    }

    /** An address may carry a login, which is nobody's business. */
    private static String withoutUser(String address) {
        try {
            URI uri = URI.create(address);
            return uri.getRawUserInfo() == null ? address : address.replace(uri.getRawUserInfo() + "@", "");
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
