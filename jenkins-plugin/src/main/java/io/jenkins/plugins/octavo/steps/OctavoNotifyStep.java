package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.octavo.config.Notification;
import io.jenkins.plugins.octavo.config.Settings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo notify}: tells people how a run stands, those whom the configuration names too. */
public final class OctavoNotifyStep extends OperationStep {
    private String event = "";
    private List<String> channels = List.of();
    private String environment = "";
    private String service = "";
    private String link = "";
    private String message = "";
    private String language = "both";
    private int timeout = 30;

    @DataBoundConstructor
    public OctavoNotifyStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "notify";
    }

    @Override
    void prepare(Call call) {
        List<String> all = new ArrayList<>(channels);
        int number = 0;
        for (Notification each : Settings.of(call.run().getParent()).notifications()) {
            if (each.events().contains(event)) {
                number++;
                String name = "CONFIGURED" + number;
                String variable = "NOTIFY_" + name;
                all.add(each.getChannel() + ":" + name);
                if (each.isMail()) {
                    call.plain().put(variable + "_URL", mail(each));
                    call.secrets().login(each.getCredentialsId(), variable + "_USERNAME", variable + "_PASSWORD");
                } else {
                    call.secrets().text(each.getCredentialsId(), variable + "_URL");
                    call.secrets().text(each.getSecretId(), variable + "_SECRET");
                }
            }
        }
        call.inputs().put("channels", all);
    }

    private static String mail(Notification mail) {
        String server = mail.getServer().contains("://") ? mail.getServer() : "smtp://" + mail.getServer();
        String from = mail.getFrom().isEmpty() ? "" : "from=" + encoded(mail.getFrom()) + "&";
        return server + "?" + from + "to=" + encoded(mail.getTo());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    public String getEvent() {
        return event;
    }

    @DataBoundSetter
    public void setEvent(String event) {
        this.event = Util.fixNull(event).trim();
    }

    public List<String> getChannels() {
        return channels;
    }

    @DataBoundSetter
    public void setChannels(List<String> channels) {
        this.channels = Texts.copy(channels);
    }

    public String getEnvironment() {
        return environment;
    }

    @DataBoundSetter
    public void setEnvironment(String environment) {
        this.environment = Util.fixNull(environment).trim();
    }

    public String getService() {
        return service;
    }

    @DataBoundSetter
    public void setService(String service) {
        this.service = Util.fixNull(service).trim();
    }

    public String getLink() {
        return link;
    }

    @DataBoundSetter
    public void setLink(String link) {
        this.link = Util.fixNull(link).trim();
    }

    public String getMessage() {
        return message;
    }

    @DataBoundSetter
    public void setMessage(String message) {
        this.message = Util.fixNull(message).trim();
    }

    public String getLanguage() {
        return language;
    }

    @DataBoundSetter
    public void setLanguage(String language) {
        this.language = Util.fixNull(language).trim();
    }

    public int getTimeout() {
        return timeout;
    }

    @DataBoundSetter
    public void setTimeout(int timeout) {
        this.timeout = timeout;
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoNotify";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoNotifyStep_displayName();
        }
    }
}
