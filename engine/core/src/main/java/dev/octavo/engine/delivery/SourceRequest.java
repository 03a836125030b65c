package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;

/** Inputs of {@code source}. */
public record SourceRequest(
        @Input(value = "The branch that the commit is on; found out where it can be", environment = "BRANCH_NAME")
        String branch,

        @Input(value = "Branches that are deployed to dev, separated by commas", defaultValue = "main,master")
        String mainBranch,

        @Input(
                value = "The version that the commit is to be released as; checked before anything is built",
                environment = "TAG_NAME")
        String version,

        @Input("The remote that the version's tag is pushed to; the clone's origin where none is given")
        String remote,

        @Input("Whether the version gets a tag of each microservice's own, such as catalog-service/v1.0.0")
        boolean perService,

        @Input("Goes back to the commit in the record, where the sources are at another one by now")
        boolean pinned) {}
