package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.cluster.Release.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReleasesTest {
    /** The newest first, with the number that its place says. */
    private static List<Release> history(Status... newestFirst) {
        List<Release> releases = new ArrayList<>();
        for (int i = 0; i < newestFirst.length; i++) {
            int number = newestFirst.length - i;
            releases.add(new Release(
                    "shop",
                    "prod",
                    "shop",
                    number,
                    newestFirst[i],
                    "",
                    Map.of(),
                    List.of(),
                    "",
                    0,
                    -1,
                    Instant.EPOCH,
                    null));
        }
        return releases;
    }

    private static int lastGood(Status... newestFirst) {
        return Releases.lastGood(history(newestFirst)).map(Release::number).orElse(-1);
    }

    @Test
    void goesBackToTheGoodOneBeforeWhatRuns() {
        assertThat(lastGood(Status.DEPLOYED, Status.SUPERSEDED)).isEqualTo(1);
        assertThat(lastGood(Status.DEPLOYED, Status.FAILED, Status.ROLLED_BACK, Status.SUPERSEDED))
                .isEqualTo(1);
        assertThat(lastGood(Status.DEPLOYED)).isEqualTo(-1);
        assertThat(lastGood()).isEqualTo(-1);
    }

    @Test
    void goesBackToWhatRanWhereAFailureHasLeftHalfOfSomethingElse() {
        assertThat(lastGood(Status.FAILED, Status.DEPLOYED, Status.SUPERSEDED)).isEqualTo(2);
        assertThat(lastGood(Status.PENDING, Status.DEPLOYED, Status.SUPERSEDED)).isEqualTo(2);
        assertThat(lastGood(Status.ROLLED_BACK, Status.DEPLOYED, Status.SUPERSEDED))
                .isEqualTo(1);
        assertThat(lastGood(Status.FAILED, Status.ADOPTED)).isEqualTo(1);
    }

    @Test
    void takesTheNewestWhereAKilledRunHasLeftTwoThatRun() {
        assertThat(lastGood(Status.DEPLOYED, Status.DEPLOYED)).isEqualTo(1);
    }

    @Test
    void namesWhatALabelCannotHaveWithoutMakingTwoNamesOne() {
        assertThat(ReleaseNames.label("catalog-service")).isEqualTo("catalog-service");
        assertThat(ReleaseNames.label("Catalog_Service"))
                .startsWith("catalog-service-")
                .isNotEqualTo(ReleaseNames.label("catalog_service"));
        assertThat(ReleaseNames.label("x".repeat(200)).length()).isLessThanOrEqualTo(63);
        assertThat(ReleaseNames.label("目录")).matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?");
    }
}
