package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Input;
import java.util.List;

/** Inputs of {@code notify}. */
public record NotifyRequest(
        @Input(value = "What has happened: gate-waits, delivered, failed or superseded", required = true)
        String event,

        @Input(
                "Ways to people: dingtalk, wecom, feishu, slack, webhook, mail, each with a name behind a colon where there are "
                        + "several; the address is in the variable NOTIFY_<NAME>_URL, a key for signatures in NOTIFY_<NAME>_SECRET, a "
                        + "mail server's login in NOTIFY_<NAME>_USERNAME and NOTIFY_<NAME>_PASSWORD")
        List<String> channels,

        @Input("The environment that it is about, such as dev or prod")
        String environment,

        @Input("The microservice that it is about; all chosen ones where none is given")
        String service,

        @Input(value = "Where people go on, such as the page of the gate", environment = "BUILD_URL")
        String link,

        @Input("More to say, some lines") String message,

        @Input(value = "The language: zh, en or both", defaultValue = "both")
        String language,

        @Input(value = "How long each channel may take, in seconds", defaultValue = "30")
        int timeout) {
    public NotifyRequest {
        channels = List.copyOf(channels);
    }
}
