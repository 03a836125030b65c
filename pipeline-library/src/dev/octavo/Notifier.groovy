package dev.octavo

import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/** Tells people how the run stands: those of the setting notify, and those whom Jenkins' configuration names. */
class Notifier implements Serializable {
    private static final long serialVersionUID = 1L

    private final Object script
    private final Map settings
    private final Engine engine

    Notifier(Object script, Map settings, Engine engine) {
        this.script = script
        this.settings = settings
        this.engine = engine
    }

    /** Whether somebody wants to hear of it; without one no agent is taken for it. */
    boolean wanted(String event) {
        // the plugin says in this variable of which events its configuration wants to hear
        return channels(event) || (script.env.OCTAVO_NOTIFY ?: '').tokenize(',').contains(event)
    }

    /** On an agent, beside the run's record. What cannot be delivered stops nothing. */
    void tell(String event, Map about) {
        List names = []
        List variables = []
        List bindings = []
        for (channel in channels(event)) {
            String name = "N${names.size() + 1}".toString()
            String variable = "NOTIFY_${name}".toString()
            names.add("${channel.channel}:${name}".toString())
            if (channel.channel == 'mail') {
                variables.add("${variable}_URL=${mail(channel)}".toString())
                if (channel.credentials) {
                    bindings.add(script.usernamePassword(credentialsId: channel.credentials,
                        usernameVariable: "${variable}_USERNAME".toString(),
                        passwordVariable: "${variable}_PASSWORD".toString()))
                }
            } else {
                bindings.add(script.string(credentialsId: channel.credentials, variable: "${variable}_URL".toString()))
                if (channel.secret) {
                    bindings.add(script.string(credentialsId: channel.secret, variable: "${variable}_SECRET".toString()))
                }
            }
        }
        Map inputs = about + [event: event, channels: names, language: settings.notifyLanguage]
        try {
            script.withEnv(variables) {
                if (bindings) {
                    script.withCredentials(bindings) {
                        engine.run('notify', inputs)
                    }
                } else {
                    engine.run('notify', inputs)
                }
            }
        } catch (FlowInterruptedException e) {
            throw e
        } catch (Exception e) {
            script.echo("nobody was told 通知未发送: ${e.message}")
        }
    }

    private static String mail(Map channel) {
        String server = "${channel.server}".contains('://') ? channel.server : "smtp://${channel.server}"
        String from = channel.from ? "from=${encoded(channel.from)}&" : ''
        return "${server}?${from}to=${encoded(channel.to)}"
    }

    private static String encoded(Object text) {
        return URLEncoder.encode(text instanceof List ? text.join(',') : "${text}".toString(), 'UTF-8')
    }

    private List channels(String event) {
        List chosen = []
        for (channel in (settings.notify ?: [])) {
            List events = channel.on instanceof List ? channel.on : "${channel.on ?: ''}".tokenize(', ')
            if (!events || events.contains(event)) {
                chosen.add(channel)
            }
        }
        return chosen
    }
}
