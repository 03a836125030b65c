package dev.octavo.engine.runner.api;

import java.time.Duration;
import java.time.Instant;

/**
 * One stage of a run.
 *
 * @param path its name after those of the stages around it, joined by {@code " / "}; unique within a run
 * @param parent the path of the stage around it, {@code ""} where there is none
 * @param reason why it was skipped or how it failed, one line; {@code ""} where all went well
 */
public record StageResult(
        String path,
        String name,
        String parent,
        StageStatus status,
        Instant startedAt,
        Duration duration,
        String reason) {}
