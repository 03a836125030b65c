package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.record.RunRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The microservices that a run delivers, as stage 1 has left them in the record. */
final class Chosen {
    static final String PART = "service";

    private Chosen() {}

    /** Where the build of a microservice starts, absolute. */
    static Path buildFolder(Microservice service, EngineContext context) {
        return context.workspace().resolve(service.buildDirectory()).normalize();
    }

    /** The microservice's folder from there. */
    static String module(Microservice service) {
        return Path.of(service.buildDirectory())
                .relativize(Path.of(service.directory()))
                .toString()
                .replace('\\', '/');
    }

    /** Those of them whose image is built here. */
    static List<Microservice> built(RunRecord record, String only) {
        return services(record, only).stream().filter(Deliverables::isBuilt).toList();
    }

    /** @param only one of them; {@code ""} for all */
    static List<Microservice> services(RunRecord record, String only) {
        List<String> names = record.services();
        if (names.isEmpty()) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "The run's record names no microservice",
                    record.file().toString(),
                    "stage 1 has not run in this folder",
                    "run \"octavo source\" and \"octavo list\" there first");
        }
        if (!only.isEmpty() && !names.contains(only)) {
            throw new EngineException(
                    ErrorCode.CONFIG_UNKNOWN_SERVICE,
                    "This run does not deliver \"" + only + "\"",
                    record.file().toString(),
                    "it delivers " + String.join(", ", names),
                    NearestName.hint(only, names, "microservices"));
        }
        Stream<String> chosen = only.isEmpty() ? names.stream() : Stream.of(only);
        return chosen.map(name -> record.get(name, PART, Microservice.class).orElseThrow())
                .toList();
    }
}
