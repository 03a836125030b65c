package io.jenkins.plugins.octavo.board;

/** Deliveries for tests. */
final class Samples {
    static final Place SHOP = new Place("shop", "prod", "shop-prod");
    static final long MINUTE = 60_000;

    private Samples() {}

    /** @param ended in milliseconds */
    static Delivery delivery(Place place, int release, String result, long ended, int build) {
        return new Delivery(
                place,
                release,
                result,
                "v1." + release,
                "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
                ended - 180 * MINUTE,
                "ab".repeat(32),
                "alice",
                ended - 10 * MINUTE,
                ended,
                -1,
                build,
                "",
                "",
                ended);
    }

    static Delivery delivery(int release, String result, long ended) {
        return delivery(SHOP, release, result, ended, release);
    }

    /** The same, as another release again. */
    static Delivery back(Delivery delivery, int to) {
        return new Delivery(
                delivery.place(),
                delivery.release(),
                delivery.result(),
                delivery.version(),
                delivery.commit(),
                delivery.committed(),
                delivery.digest(),
                delivery.approver(),
                delivery.started(),
                delivery.ended(),
                to,
                delivery.build(),
                delivery.run(),
                "rollback to " + to,
                delivery.recorded());
    }
}
